import t from 'tap';
import { compileOnly, InvalidConfiguration, loadText } from '../../src/config/load.ts';

/** What is said of the throttles of a file, each as `place: message`. */
function said(throttle: string, more = ''): string[] {
  const text = `store: memory
upstreams: { shop: { type: echo } }
authenticators:
  token: { type: redis-token }
  key: { type: redis-token, name: X-Api-Key }
routes: [{ path: /, permit: anyone, forward: shop, throttle: ${throttle}${more} }]
`;
  try {
    const loaded = loadText(text, 'routes.yaml', {});
    compileOnly(loaded);
    const ofThrottles = loaded.problems.list.filter(({ message }) => !message.startsWith('nothing uses'));
    return ofThrottles.map(({ column, message }) => `${column}: ${message}`);
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    return error.problems.list.map(({ severity, message }) => `${severity}: ${message}`);
  }
}

t.test('a limit by a header that the client chooses is warned of, at its place', async (t) => {
  const warning = /^\d+: a client chooses what it sends in X-Shop, and a new value has a new counter/;
  t.match(said("{ rate: 1/m, by: 'header:X-Shop' }"), [warning]);
  t.match(said("[{ rate: 1/m, by: 'header:X-Shop' }, { rate: 9/m, by: 'header:X-Shop' }]"), [
    warning,
    warning,
  ]);
  t.match(said("{ rate: 1/m, by: 'header:X-Shop' }", ', authenticate: [token]'), [warning]);
  t.match(said("{ rate: 1/m, by: 'header:Authorization' }"), [/Authorization/], 'nobody judges it here');
  const fine: [string, string?][] = [
    ["[{ rate: 1/m, by: 'header:X-Shop' }, { rate: 9/m }]"],
    ["[{ rate: 1/m, by: 'header:X-Shop' }, { rate: 9/m, by: ip }]"],
    ["{ rate: 1/m, by: 'header:Authorization' }", ', authenticate: [token]'],
    ["{ rate: 1/m, by: 'header:x-api-key' }", ', authenticate: [key]'],
  ];
  for (const [throttle, more] of fine) t.same(said(throttle, more), [], throttle);
});

t.test("a rate that is too large for DRF's format is warned of, and then an error", async (t) => {
  t.same(said('{ rate: 10000/h, django: { scope: user } }'), []);
  t.same(said('{ rate: 1000000/h }'), [], 'ours costs no more than a small one');
  t.match(said('{ rate: 10001/h, django: { scope: user } }'), [
    /^\d+: DRF keeps the times of all 10001 requests/,
  ]);
  const tiers = '{ rates: { default: 5/m, "group:vip": 50000/d }, django: { scope: user } }';
  t.match(said(tiers), [/^\d+: DRF keeps the times of all 50000 requests/]);
  t.match(said('{ rate: 100001/h, django: { scope: user } }'), [/^error: .* a rate is 100000 at most$/]);
});
