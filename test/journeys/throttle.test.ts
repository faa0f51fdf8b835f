import t from 'tap';
import type { Response } from '../support/raw.ts';
import { json, onBothStores, setStage } from '../support/stage.ts';

const chain =
  'authenticators: { token: { type: redis-token } }\ndefaults: { authenticate: [token], permit: anyone }\n';
const records = {
  'token:ada': { id: 7, groups: ['vip'], permissions: ['shop.bulk'] },
  'token:ben': { id: 8 },
  'token:ip': { id: '127.0.0.1' },
};
const ada = { Authorization: 'Token ada' };
const ben = { Authorization: 'Token ben' };

/** Status, and what the client is told of the wait. */
function told(response: Response): [number, ...string[]] {
  return [response.status, ...response.header('retry-after')];
}

onBothStores('the admitted requests of the last window count, and refused ones do not', async (t, stage) => {
  const { ask, clock, upstream } = await stage(
    t,
    `${chain}routes: [{ id: books, path: /books, throttle: { rate: 3/minute }, forward: shop }]`,
    { records },
  );
  const sequence: [afterMs: number, expected: [number, ...string[]]][] = [
    [0, [200]],
    [10_000, [200]],
    [0, [200]],
    [0, [429, '50']],
    [1, [429, '50']],
    [999, [429, '49']],
    [48_000, [429, '1']],
    [999, [429, '1']],
    [1, [200]],
    [0, [429, '10']],
    [10_000, [200]],
    [0, [200]],
    [0, [429, '50']],
    [3_600_000, [200]],
  ];
  for (const [index, [after, expected]] of sequence.entries()) {
    clock.advance(after);
    t.same(told(await ask('GET /books', ada)), expected, `request ${index}`);
  }
  t.equal(upstream.requests.length, sequence.filter(([, [status]]) => status === 200).length);
});

onBothStores('a refusal has the texts and headers that clients know', async (t, stage) => {
  const { ask, clock } = await stage(
    t,
    `${chain}routes: [{ id: books, path: /books, throttle: { rate: 1/m, by: ip }, forward: shop }]`,
    { records },
  );
  await ask('GET /books');
  const first = await ask('GET /books');
  t.equal(first.status, 429);
  t.same(first.header('content-type'), ['application/json']);
  t.same(first.header('retry-after'), ['60']);
  t.same(json(first), { detail: 'Request was throttled. Expected available in 60 seconds.' });
  t.same(first.header('ratelimit-policy'), ['"books#0";q=1;w=60']);
  t.same(first.header('ratelimit'), ['"books#0";r=0;t=60']);
  clock.advance(59_000);
  t.same(json(await ask('GET /books')), { detail: 'Request was throttled. Expected available in 1 second.' });
  clock.advance(999);
  const last = await ask('GET /books');
  t.same(json(last), { detail: 'Request was throttled. Expected available in 1 second.' });
  t.same(last.header('retry-after'), ['1'], 'rounded up, never 0');
});

onBothStores('all throttles are asked: one refuses and does not record, the others do', async (t, stage) => {
  const { ask, clock } = await stage(
    t,
    `${chain}throttles: { burst: { rate: 1/s }, sustained: { rate: 3/m } }
routes:
  - { path: /x, throttle: [burst, sustained], forward: shop }
  - { path: /swapped, throttle: [sustained, burst], forward: shop }`,
    { records },
  );
  for (const [path, token] of [
    ['/x', ada],
    ['/swapped', ben],
  ] as const) {
    t.same(told(await ask(`GET ${path}`, token)), [200]);
    t.same(told(await ask(`GET ${path}`, token)), [429, '1'], 'burst refuses, sustained records');
    t.same(told(await ask(`GET ${path}`, token)), [429, '1'], 'the third of sustained');
    clock.advance(1_000);
    t.same(told(await ask(`GET ${path}`, token)), [429, '59'], 'sustained is used up; burst records');
    t.same(told(await ask(`GET ${path}`, token)), [429, '59'], 'both refuse: the longest wait counts');
    clock.advance(58_999);
    t.same(told(await ask(`GET ${path}`, token)), [429, '1']);
    clock.advance(1_000);
    t.same(told(await ask(`GET ${path}`, token)), [200]);
  }
});

onBothStores('0/m admits nobody', async (t, stage) => {
  const { ask, clock } = await stage(
    t,
    `${chain}routes: [{ path: /x, throttle: { rate: 0/m, by: ip }, forward: shop }]`,
  );
  for (let i = 0; i < 3; i++) {
    t.same(told(await ask('GET /x')), [429, '60']);
    clock.advance(61_000);
  }
});

onBothStores('users are counted apart from each other and from addresses', async (t, stage) => {
  const { ask } = await stage(
    t,
    `${chain}routes: [{ path: /x, throttle: { rate: 1/m, by: user }, forward: shop }]`,
    { records },
  );
  for (const headers of [ada, ben, { Authorization: 'Token ip' }, {}]) {
    t.equal((await ask('GET /x', headers)).status, 200);
    t.equal((await ask('GET /x', headers)).status, 429);
  }
});

onBothStores('the unknown are counted by address behind trusted proxies, IPv6 by /64', async (t, stage) => {
  const { ask } = await stage(
    t,
    `${chain}trusted_proxies: [127.0.0.0/8]
throttles: { each: { rate: 1/m, by: user } }
routes: [{ path: /x, throttle: each, forward: shop }]`,
    { records },
  );
  const from = async (address: string) => (await ask('GET /x', { 'X-Forwarded-For': address })).status;
  const expected: [string, number][] = [
    ['192.0.2.1', 200],
    ['192.0.2.1', 429],
    ['192.0.2.2', 200],
    ['::ffff:192.0.2.2', 429],
    ['198.51.100.1, 192.0.2.1', 429],
    ['192.0.2.3, 127.0.0.9', 200],
    ['192.0.2.3', 429],
    ['2001:db8:1:2::1', 200],
    ['2001:db8:1:2:ffff::9', 429],
    ['2001:0DB8:1:2::1', 429],
    ['2001:db8:1:3::1', 200],
    ['[2001:db8:1:3::2]:4711', 429],
  ];
  for (const [address, status] of expected) t.equal(await from(address), status, address);
});

t.test('an address that nobody trusted sent changes nothing', async (t) => {
  const { ask } = await setStage(
    t,
    `${chain}routes: [{ path: /x, throttle: { rate: 1/m, by: ip }, forward: shop }]`,
  );
  t.equal((await ask('GET /x', { 'X-Forwarded-For': '192.0.2.1' })).status, 200);
  t.equal((await ask('GET /x', { 'X-Forwarded-For': '192.0.2.2', Forwarded: 'for=192.0.2.3' })).status, 429);
});

onBothStores('only: anonymous and only: authenticated let the others pass', async (t, stage) => {
  const { ask } = await stage(
    t,
    `authenticators: { token: { type: redis-token }, guest: { type: anonymous, id: guest } }
defaults: { authenticate: [token], permit: anyone }
routes:
  - { path: /a, throttle: { rate: 0/m, only: anonymous }, forward: shop }
  - { path: /b, throttle: { rate: 0/m, only: authenticated }, forward: shop }
  - { path: /guest, authenticate: [token, guest], throttle: { rate: 0/m, only: anonymous }, forward: shop }
  - { path: /both, throttle: [{ rate: 0/m, only: authenticated }, { rate: 1/m, only: anonymous }], forward: shop }`,
    { records },
  );
  t.equal((await ask('GET /a')).status, 429);
  t.equal((await ask('GET /a', ada)).status, 200);
  t.equal((await ask('GET /b')).status, 200);
  t.equal((await ask('GET /b', ada)).status, 429);
  t.equal((await ask('GET /guest')).status, 429, 'a guest with an id is anonymous all the same');
  t.equal((await ask('GET /both')).status, 200);
  t.equal((await ask('GET /both')).status, 429);
});

onBothStores('headers and parameters can be what is counted', async (t, stage) => {
  const { ask } = await stage(
    t,
    `${chain}routes:
  - { path: /h, throttle: { rate: 1/m, by: 'header:X-Shop' }, forward: shop }
  - { path: '/p/:shop/**', throttle: { rate: 1/m, by: 'param:shop' }, forward: shop }`,
  );
  const shops = ['a', 'b', 'a:b', 'x'.repeat(500), 'Zo\u00eb'];
  for (const shop of shops) {
    t.equal((await ask('GET /h', { 'x-shop': shop })).status, 200, shop);
    t.equal((await ask('GET /h', { 'X-SHOP': shop })).status, 429, shop);
  }
  t.equal((await ask('GET /h')).status, 200, 'without the header the address counts');
  t.equal((await ask('GET /h')).status, 429);
  t.equal((await ask('GET /p/a/1')).status, 200);
  t.equal((await ask('POST /p/a/2')).status, 429);
  t.equal((await ask('GET /p/b/1')).status, 200);
});

onBothStores(
  "a named throttle is shared by its routes, an inline one is its route's own",
  async (t, stage) => {
    const { ask } = await stage(
      t,
      `authenticators: { token: { type: redis-token } }
throttles: { shared: { rate: 2/m }, one.0: { rate: 1/m } }
defaults: { authenticate: [token], permit: anyone, throttle: { rate: 1/m } }
routes:
  - { path: /s/a, throttle: shared, forward: shop }
  - { path: /s/b, throttle: [shared], forward: shop }
  - { id: one, path: /i/a, throttle: { rate: 1/m }, forward: shop }
  - { id: two, path: /i/b, throttle: { rate: 1/m }, forward: shop }
  - { path: /d/a, forward: shop }
  - { path: /d/b, forward: shop }
  - { path: /named, throttle: one.0, forward: shop }
  - { path: /free, throttle: [], forward: shop }`,
      { records },
    );
    t.equal((await ask('GET /s/a', ada)).status, 200);
    t.equal((await ask('GET /s/b', ada)).status, 200);
    t.equal((await ask('GET /s/a', ada)).status, 429);
    t.equal((await ask('GET /s/b', ada)).status, 429);
    for (const path of ['/i/a', '/i/b', '/d/a', '/d/b', '/named']) {
      t.equal((await ask(`GET ${path}`, ada)).status, 200, path);
      t.equal((await ask(`GET ${path}`, ada)).status, 429, path);
    }
    for (let i = 0; i < 3; i++) t.equal((await ask('GET /free', ada)).status, 200);
  },
);

onBothStores('of several tiers the most generous that applies counts', async (t, stage) => {
  const { ask } = await stage(
    t,
    `${chain}throttles:
  tiers: { rates: { default: 1/m, 'group:vip': 120/h, 'perm:shop.bulk': 3/m } }
  vips: { rates: { 'group:vip': 1/m } }
routes:
  - { path: /x, throttle: tiers, forward: shop }
  - { path: /v, throttle: vips, forward: shop }`,
    { records },
  );
  for (let i = 0; i < 3; i++) t.equal((await ask('GET /x', ada)).status, 200);
  t.equal((await ask('GET /x', ada)).status, 429);
  for (const headers of [ben, {}]) {
    t.equal((await ask('GET /x', headers)).status, 200);
    t.equal((await ask('GET /x', headers)).status, 429);
  }
  t.equal((await ask('GET /v', ada)).status, 200);
  t.equal((await ask('GET /v', ada)).status, 429);
  for (let i = 0; i < 3; i++) t.equal((await ask('GET /v', ben)).status, 200, 'no tier applies: not counted');
});

onBothStores('HEAD uses the quota of GET, and a 401 uses none', async (t, stage) => {
  const { ask } = await stage(
    t,
    `${chain}routes: [{ path: /x, methods: [GET], throttle: { rate: 2/m, by: ip }, forward: shop }]`,
    { records },
  );
  for (let i = 0; i < 3; i++) t.equal((await ask('GET /x', { Authorization: 'Token no' })).status, 401);
  t.equal((await ask('HEAD /x')).status, 200);
  t.equal((await ask('GET /x')).status, 200);
  t.equal((await ask('HEAD /x')).status, 429);
  t.equal((await ask('GET /x')).status, 429);
});

onBothStores('a route whose path is not ASCII throttles as any other', async (t, stage) => {
  const { ask } = await stage(
    t,
    `${chain}routes: [{ path: /日本, throttle: { rate: 1/m, by: ip }, forward: shop }]`,
  );
  const path = '/%E6%97%A5%E6%9C%AC';
  t.equal((await ask(`GET ${path}`)).status, 200);
  const refused = await ask(`GET ${path}`);
  t.equal(refused.status, 429);
  t.match(refused.header('ratelimit')[0], /^"[ -~]+";r=0;t=60$/);
});
