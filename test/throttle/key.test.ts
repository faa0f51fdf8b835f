import fc from 'fast-check';
import t from 'tap';
import type { Matched } from '../../src/core/exchange.ts';
import { NO_USER } from '../../src/core/identity.ts';
import { keyMaker } from '../../src/throttle/key.ts';

function exchange(more: object): Matched {
  const made = {
    client: '192.0.2.1',
    headers: {},
    params: {},
    route: { lax: { case: false } },
    identity: { user: NO_USER, authenticated: false },
  };
  return { ...made, ...more } as Matched;
}

const user = (id: string, authenticated = true) =>
  exchange({ identity: { user: { ...NO_USER, id }, authenticated } });

t.test('whom a request is counted as', async (t) => {
  const byUser = keyMaker('user');
  t.equal(byUser(user('7')), 'user:7');
  t.equal(byUser(user('guest', false)), 'ip:192.0.2.1', 'who is not authenticated has no id to count by');
  t.equal(byUser(exchange({})), 'ip:192.0.2.1');
  t.equal(keyMaker('ip')(user('7')), 'ip:192.0.2.1');
  t.equal(keyMaker('ip')(exchange({ client: '2001:db8::1' })), 'ip:2001:db8:0:0::/64');
  t.match(keyMaker('header:X-Shop')(exchange({ headers: { 'x-shop': 'a' } })), /^header:sha256:[\w-]{43}$/);
  t.equal(keyMaker('header:X-Shop')(exchange({})), 'ip:192.0.2.1');
  t.equal(keyMaker('param:shop')(exchange({ params: { shop: 'a' } })), 'param:a');
});

t.test('keys are short and plain, and two callers never share one', async (t) => {
  const byUser = keyMaker('user');
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (one, other) => {
      const [first, second] = [byUser(user(one)), byUser(user(other))];
      return /^user:[A-Za-z0-9._@+:-]{0,80}$/.test(first) && (first === second) === (one === other);
    }),
    { numRuns: 2_000 },
  );
  t.not(byUser(user('192.0.2.1')), byUser(exchange({})));
});

/** Every character as it is, or percent-encoded with digits of either letter case. */
const spelled = (text: string, choices: readonly number[]) =>
  [...Buffer.from(text)]
    .map((byte, index) => {
      const choice = (choices[index % choices.length] ?? 0) % 3;
      const hex = byte.toString(16).padStart(2, '0');
      if (choice === 0 && /[A-Za-z0-9]/.test(String.fromCharCode(byte))) return String.fromCharCode(byte);
      return `%${choice === 1 ? hex : hex.toUpperCase()}`;
    })
    .join('');

t.test('a parameter has one counter, however it is encoded', async (t) => {
  const byShop = (shop: string, fold = false) =>
    keyMaker('param:shop')(exchange({ params: { shop }, route: { lax: { case: fold } } }));
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const choices = fc.array(fc.nat(), { minLength: 1 });
  fc.assert(
    fc.property(text, text, choices, choices, (one, other, first, second) => {
      const same = one.split(';')[0] === other.split(';')[0];
      return (
        byShop(spelled(one, first)) === byShop(spelled(one, second)) &&
        (byShop(spelled(one, first)) === byShop(spelled(other, second))) === same
      );
    }),
    { numRuns: 2_000 },
  );
  t.equal(byShop('%2541'), byShop('%2541'), 'decoded once');
  t.not(byShop('%2541'), byShop('A'));
  t.equal(byShop('a;v=1'), byShop('a'), 'some backends cut off what ";" begins');
  t.not(byShop('A'), byShop('a'));
  t.equal(byShop('A', true), byShop('a', true), 'where the upstream ignores the case');
});

t.test('a credential has one counter, however its scheme is written', async (t) => {
  const byCredential = (authorization: string) =>
    keyMaker('header:Authorization')(exchange({ headers: { authorization } }));
  for (const spelling of ['token abc', 'TOKEN abc', 'Token  abc', 'Token\tabc'])
    t.equal(byCredential(spelling), byCredential('Token abc'), spelling);
  for (const other of ['Token Abc', 'Token abcd', 'Bearer abc'])
    t.not(byCredential(other), byCredential('Token abc'), other);
  for (const spelling of ['Basic YTpi', 'basic YT pi', 'BASIC YTpi=', 'Basic YTp-i'])
    t[spelling.includes('-') ? 'not' : 'equal'](byCredential(spelling), byCredential('Basic YTpi'), spelling);
  t.notMatch(byCredential('Token abc'), 'abc', 'no credential is in a key');
});
