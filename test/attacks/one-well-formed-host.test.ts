import t from 'tap';
import { stand } from '../support/stand.ts';

// RFC 9112 §3.2, RFC 9110 §7.2

const WELL_FORMED = [
  'a',
  'A.Test',
  'a.test.',
  'a.test:80',
  'a.test:',
  '127.0.0.1',
  '[::1]',
  '[::1]:8080',
  'a_b.test',
  'xn--bcher-kva.test',
];

const MALFORMED = [
  '',
  'a b',
  'a@b',
  'user:pass@b',
  'a:b',
  'a:99999',
  'a:-1',
  'a:+1',
  'a:80:80',
  'a,b',
  'a/b',
  'a?b',
  'a#b',
  'a\\b',
  'a%00b',
  'a%2eb',
  '.a',
  'a..',
  '-a',
  '*.a',
  '[::1',
  '::1',
  '[::1]x',
  '[:]',
  '[1.2.3.4]',
  '[::1%25eth0]',
  'http://a',
  'a\xe9',
  '"a"',
  "a'",
  'a;b',
  `${'a'.repeat(300)}:80x`,
];

t.test('Host stands once and is a host name with an optional port', async (t) => {
  const { send, upstream, broken } = await stand(t);
  const answers = async (lines: string) => (await send(`GET /public/x HTTP/1.1\r\n${lines}\r\n`)).status;
  for (const host of WELL_FORMED) t.equal(await answers(`Host: ${host}\r\n`), 200, host);
  t.equal(upstream.requests.length, WELL_FORMED.length);
  t.same(await broken(), []);
  for (const host of MALFORMED) t.equal(await answers(`Host: ${host}\r\n`), 400, host);
  t.equal(await answers(''), 400);
  t.equal(await answers('Host: a\r\nHost: a\r\n'), 400);
  t.equal(await answers('Host: a\r\nhOST: b\r\n'), 400);
  t.equal(await answers('Host: a\r\nHost:\r\n'), 400);
  t.equal(await answers('Host : a\r\n'), 400);
  t.equal((await send('GET /public/x HTTP/1.0\r\n\r\n')).status, 400);
  t.same(upstream.requests, []);
});

t.test('no spelling of a host reaches past the routes of that host', async (t) => {
  const { get, upstream } = await stand(t, {
    routes: [
      '{ id: inner, host: inner.test, path: /public/**, authenticate: [token], permit: staff, forward: back }',
      '{ id: below, host: "*.below.test", path: /public/**, authenticate: [token], permit: staff, forward: back }',
    ],
  });
  const names = ['inner.test', 'INNER.test', 'inner.test.', 'inner.test:80', 'inner.TEST.:443'];
  for (const host of [...names, 'a.below.test', 'b.a.BELOW.test', 'a.below.test.:1'])
    t.equal((await get('/public/x', [['Host', host]])).status, 401, host);
  t.same(upstream.requests, []);
  t.equal((await get('/public/x', [['Host', 'below.test']])).status, 200);
  t.equal((await get('/public/x', [['Host', 'xbelow.test']])).status, 200);
});

t.test('the upstream is the one of the file, whatever Host says', async (t) => {
  const { get, upstream } = await stand(t, {
    routes: [
      '{ id: kept, path: /kept/**, permit: anyone, forward: { upstream: back, preserve_host: true } }',
    ],
  });
  await get('/public/x', [['Host', '169.254.169.254']]);
  await get('/kept/x', [['Host', 'other.test:81']]);
  t.same(
    upstream.requests.map((request) => request.header('host')),
    [[new URL(upstream.url).host], ['other.test:81']],
  );
});
