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
  t.equal(keyMaker('header:X-Shop')(exchange({ headers: { 'x-shop': 'a' } })), 'header:a');
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
