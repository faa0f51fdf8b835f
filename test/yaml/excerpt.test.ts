import t from 'tap';
import { excerpt } from '../../src/yaml/excerpt.ts';

/** The line and the caret below it, in a file of this one line. */
function shown(line: string, column = 1): string[] {
  const { line: text, caret } = excerpt(line, { start: 0, end: line.length }, column, []) ?? {
    line: '',
    caret: '',
  };
  return [text, caret];
}

t.test('the caret stands below the column, below tabs too', async (t) => {
  t.same(shown('a: b', 4), ['a: b', '   ^']);
  t.same(shown('\ta: b', 5), ['\ta: b', '\t   ^']);
  t.same(shown('a:', 3), ['a:', '  ^'], 'behind the last character');
  t.equal(excerpt('\n', { start: 0, end: 1 }, 1, []), undefined, 'nothing of an empty line');
});

t.test('a secret is not shown, whatever the line can be read as', async (t) => {
  const lines = {
    'secret: hush': 'secret: …',
    'secret: hush, hush': 'secret: …',
    'secret: hush # comment': 'secret: … # comment',
    'secret: "hush, \\" hush" ]': 'secret: … ]',
    "secret: 'hush''hush'": 'secret: …',
    'secret: "hush hush': 'secret: …',
    'a: { secret: hush, b: c': 'a: { secret: …, b: c',
    '"secret": hush': '"secret": …',
    'client_secret: hush': 'client_secret: …',
    'Passwort: hush': 'Passwort: …',
    'sercet: hush': 'sercet: …',
    'passwrod: hush': 'passwrod: …',
    'key: hush': 'key: …',
    'secret: hush.pem': 'secret: …',
    'secret: hush{token}': 'secret: …',
    'secret: ${SECRET:-hush}': 'secret: …',
    'secret: ${A}hush': 'secret: …',
    'jwks: "https://id.example.com/keys?key=hush&b=hush#x"':
      'jwks: "https://id.example.com/keys?key=…&b=…#x"',
    'redis: redis://ops:hush@127.0.0.1:6379': 'redis: redis://…@127.0.0.1:6379',
    'redis: redis://ops:hu/sh@127.0.0.1:6379': 'redis: redis://…@127.0.0.1:6379',
    'redis: redis://ops:hu@sh@127.0.0.1:6379': 'redis: redis://…@127.0.0.1:6379',
  };
  for (const [line, wanted] of Object.entries(lines)) t.equal(shown(line)[0], wanted, line);
});

t.test('what is not a secret is shown', async (t) => {
  const lines = [
    'secret: ${SECRET}',
    'secret: "${SECRET}" # from the vault',
    'secret: !file /run/secrets/jwt',
    'key: token:{token}',
    'key: keys/public.pem',
    'key: { type: redis-token }',
    'redis: redis://${USER}@127.0.0.1:6379',
    'url: http://app/users?id={id}&key=${KEY}',
    'authenticate: [token]',
  ];
  for (const line of lines) t.equal(shown(line)[0], line);
});

t.test('the caret follows what moves when a secret is hidden', async (t) => {
  const line = '{ secret: hushhush, b: c }';
  t.same(shown(line, line.indexOf('b') + 1), ['{ secret: …, b: c }', '             ^']);
  t.same(shown(line, line.indexOf('hush') + 3), ['{ secret: …, b: c }', '          ^']);
  t.same(shown(line, 3), ['{ secret: …, b: c }', '  ^']);
});

t.test('of a long line the part around the column is shown', async (t) => {
  const line = `${'a'.repeat(300)}X${'b'.repeat(300)}`;
  const [text = '', caret = ''] = shown(line, 301);
  t.ok(text.length < 170);
  t.equal(text[caret.length - 1], 'X');
  t.match(text, /^…a+Xb+…$/);
});
