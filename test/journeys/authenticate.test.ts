import { Redis } from 'ioredis';
import t from 'tap';
import { startRedis } from '../support/redis.ts';
import { json, onBothStores, redisClient, setStage } from '../support/stage.ts';

const TOKENS = 'authenticators: { token: { type: redis-token } }\n';
const me = '{ path: /me, authenticate: [token], permit: authenticated, forward: shop }';
const ada = { id: 7, username: 'ada', groups: ['editors'] };

onBothStores('a token is looked up, and its user reaches the upstream', async (t, stage) => {
  const { ask, upstream } = await stage(t, `${TOKENS}routes: [${me}]`, {
    records: { 'token:abc': ada, 'token:bare': 'user-8', 'token:quoted': '"9"' },
  });
  for (const [token, user] of [
    ['abc', '7'],
    ['bare', 'user-8'],
    ['quoted', '9'],
  ] as const) {
    t.equal((await ask('GET /me', { Authorization: `Token ${token}` })).status, 200, token);
    const received = await upstream.next();
    t.same(received.header('x-user'), [user]);
    t.same(received.header('authorization'), [], 'the credential stays here');
  }
});

t.test('a Redis hash is a record too', async (t) => {
  const redis = await redisClient(t);
  const { ask, upstream } = await setStage(
    t,
    `${TOKENS}routes: [{ path: /me, authenticate: [token], permit: { all: [staff, { group: b }] }, forward: shop, identify: { X-User: '{user.id} {user.groups}' } }]`,
    { redis },
  );
  await redis.hset('token:h', { id: '12', is_staff: 'True', groups: 'b' });
  await redis.hset('token:j', { id: '13', is_staff: '1', groups: '["b"]' });
  await redis.hset('token:one', { id: '15', is_staff: '1', groups: 'a, b' });
  await redis.hset('token:off', { id: '14', is_active: '0' });
  await redis.lpush('token:list', 'x');
  t.equal((await ask('GET /me', { Authorization: 'Token h' })).status, 200);
  t.same(upstream.requests[0]?.header('x-user'), ['12 b']);
  t.equal((await ask('GET /me', { Authorization: 'Token j' })).status, 200);
  t.equal((await ask('GET /me', { Authorization: 'Token one' })).status, 403, 'text is one group');
  t.equal((await ask('GET /me', { Authorization: 'Token off' })).status, 401);
  t.equal((await ask('GET /me', { Authorization: 'Token list' })).status, 503, 'neither text nor hash');
});

onBothStores('mine and bad is 401 with the challenge, and the text of REST framework', async (t, stage) => {
  const { ask, upstream } = await stage(t, `${TOKENS}routes: [${me}]`, {
    records: { 'token:off': { id: 1, is_active: false }, 'token:off2': { id: 1, active: false } },
  });
  const cases: [string, string][] = [
    ['Token', 'Invalid token header. No credentials provided.'],
    ['Token  ', 'Invalid token header. No credentials provided.'],
    ['Token a b', 'Invalid token header. Token string should not contain spaces.'],
    ['token unknown', 'Invalid token.'],
    ['TOKEN \t unknown', 'Invalid token.'],
    ['Token *', 'Invalid token.'],
    ['Token off', 'User inactive or deleted.'],
    ['Token off2', 'User inactive or deleted.'],
  ];
  for (const [authorization, detail] of cases) {
    const response = await ask('GET /me', { Authorization: authorization });
    t.equal(response.status, 401, authorization);
    t.same(response.header('www-authenticate'), ['Token']);
    t.same(json(response), { detail });
  }
  t.equal(upstream.requests.length, 0);
});

onBothStores('a record that cannot be trusted is 503, never a wrong password', async (t, stage) => {
  const { ask } = await stage(t, `${TOKENS}routes: [${me}]`, {
    records: {
      'token:json': '{"id": ',
      'token:list': '[1]',
      'token:null': 'null',
      'token:text': 'two words',
      'token:noid': { username: 'ada' },
      'token:unsafe': '{"id": 9007199254740993}',
      'token:deep': '{"id": 1, "org": {"id": 9007199254740993}}',
      'token:infinite': '{"id": 1e400}',
      'token:flag': { id: 1, is_staff: 'maybe' },
      'token:groups': { id: 1, groups: 5 },
      'token:proto': '{"id": 1, "__proto__": {"is_staff": true}}',
    },
  });
  for (const name of [
    'json',
    'list',
    'null',
    'text',
    'noid',
    'unsafe',
    'deep',
    'infinite',
    'flag',
    'groups',
    'proto',
  ]) {
    const response = await ask('GET /me', { Authorization: `Token ${name}` });
    t.equal(response.status, 503, name);
    t.same(response.header('retry-after'), ['1']);
    t.same(response.header('www-authenticate'), []);
    t.same(json(response), { detail: 'Service temporarily unavailable, try again later.' });
  }
});

t.test('a Redis that is gone is 503, and 200 again when it is back', async (t) => {
  const server = await startRedis();
  t.teardown(() => server.stop());

  const redis = new Redis(server.url);
  const { ask, gateway } = await setStage(t, `${TOKENS}routes: [${me}]`, {
    redis,
    records: { 'token:abc': ada },
  });
  redis.disconnect();
  await server.kill();
  const down = await ask('GET /me', { Authorization: 'Token abc' });
  t.equal(down.status, 503);
  t.same(down.header('retry-after'), ['1']);
  t.equal((await ask('GET /me')).status, 401, 'whoever shows no token is told so all the same');
  t.equal((await fetch(`${gateway.adminUrl}/readyz`)).status, 503);
  t.equal((await fetch(`${gateway.adminUrl}/healthz`)).status, 200);
});

onBothStores('not mine: the next is asked, and the first names the challenge', async (t, stage) => {
  const { ask, upstream } = await stage(
    t,
    `authenticators:
  token: { type: redis-token }
  key: { type: redis-token, name: X-Api-Key, key: 'key:{sha256}' }
  other: { type: redis-token, scheme: Other }
routes:
  - { path: /both, authenticate: [token, key], permit: authenticated, forward: shop }
  - { path: /other, authenticate: [other, token], permit: authenticated, forward: shop }`,
    {
      records: {
        'token:abc': ada,
        'key:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad': { id: 'by-key' },
      },
    },
  );
  t.equal((await ask('GET /both', { 'X-API-KEY': 'abc' })).status, 200);
  const received = await upstream.next();
  t.same(received.header('x-user'), ['by-key']);
  t.same(received.header('x-api-key'), []);

  t.equal((await ask('GET /both', { Authorization: 'Token abc', 'X-Api-Key': 'wrong' })).status, 200);
  const first = await upstream.next();
  t.same(first.header('x-user'), ['7'], 'the first that answers decides');
  t.same(first.header('x-api-key'), ['wrong'], 'a credential that was not asked about is not ours to remove');

  const stops = await ask('GET /both', { Authorization: 'Token wrong', 'X-Api-Key': 'abc' });
  t.equal(stops.status, 401, 'a bad one stops the chain');

  const second = await ask('GET /both', { 'X-Api-Key': 'wrong' });
  t.same([second.status, ...second.header('www-authenticate')], [401, 'Token'], 'the challenge of the first');
  const none = await ask('GET /other', { Authorization: 'Basic abc' });
  t.same([none.status, ...none.header('www-authenticate')], [401, 'Other']);
  t.same(json(none), { detail: 'Authentication credentials were not provided.' });
});

onBothStores('a bad credential is refused even where anyone may pass', async (t, stage) => {
  const { ask } = await stage(
    t,
    `${TOKENS}routes: [{ path: /open, authenticate: [token], permit: anyone, forward: shop }]`,
  );
  t.equal((await ask('GET /open')).status, 200);
  t.equal((await ask('GET /open', { Authorization: 'Token wrong' })).status, 401);
});

onBothStores('a chain that begins with nobody in particular says 403', async (t, stage) => {
  const { ask, upstream } = await stage(
    t,
    `authenticators: { token: { type: redis-token }, guest: { type: anonymous, id: guest } }
routes:
  - { path: /closed, authenticate: [anonymous, token], permit: authenticated, forward: shop }
  - { path: /nobody, permit: { when: 'request.method == "POST"', message: Post only., code: post }, forward: shop }
  - { path: /guests, authenticate: [token, guest], permit: anyone, forward: shop }`,
    { records: { 'token:abc': ada } },
  );
  const closed = await ask('GET /closed', { Authorization: 'Token abc' });
  t.equal(closed.status, 403);
  t.same(closed.header('www-authenticate'), []);
  t.same(json(closed), { detail: 'Authentication credentials were not provided.' });
  const nobody = await ask('GET /nobody');
  t.equal(nobody.status, 403);
  t.same(json(nobody), { detail: 'Post only.', code: 'post' });
  t.equal((await ask('GET /guests')).status, 200);
  t.same(upstream.requests[0]?.header('x-user'), ['guest']);
});

const places = `authenticators:
  query: { type: redis-token, in: query, name: key }
  cookie: { type: redis-token, in: cookie, name: sid }
  header: { type: redis-token, scheme: Bearer }
routes:
  - { path: /strip, authenticate: [query, cookie, header], permit: authenticated, forward: shop }
  - { path: /keep, authenticate: [query, cookie, header], permit: authenticated, forward: { upstream: shop, keep_credential: true } }`;

onBothStores('the accepted credential is cut out wherever it stood, and nothing else', async (t, stage) => {
  const { ask, upstream } = await stage(t, places, { records: { 'token:abc': ada } });
  const targets: [string, string][] = [
    ['/strip?key=abc', '/strip'],
    ['/strip?a=1&key=abc&b=%20+', '/strip?a=1&b=%20+'],
    ['/strip?%6bey=abc&key2=x', '/strip?key2=x'],
    ['/strip?&key=abc&a', '/strip?&a'],
    ['/keep?a=1&key=abc', '/keep?a=1&key=abc'],
  ];
  for (const [target, forwarded] of targets) {
    t.equal((await ask(`GET ${target}`)).status, 200, target);
    t.equal((await upstream.next()).target, forwarded);
  }
  const cookies: [string, string[]][] = [
    ['sid=abc', []],
    ['a=1; sid=abc; b=2', ['a=1; b=2']],
    ['xsid=1; sid="abc"; sid2=2', ['xsid=1; sid2=2']],
  ];
  for (const [cookie, forwarded] of cookies) {
    t.equal((await ask('GET /strip', { Cookie: cookie })).status, 200, cookie);
    t.same((await upstream.next()).header('cookie'), forwarded);
    t.equal((await ask('GET /keep', { Cookie: cookie })).status, 200, cookie);
    t.same((await upstream.next()).header('cookie'), [cookie]);
  }
  t.equal((await ask('GET /keep', { authorization: 'bearer abc' })).status, 200);
  t.same((await upstream.next()).header('authorization'), ['bearer abc']);
  t.equal((await ask('GET /strip', { authorization: 'bearer abc', Cookie: 'a=1' })).status, 200);
  const received = await upstream.next();
  t.same(received.header('authorization'), []);
  t.same(received.header('cookie'), ['a=1']);
});

onBothStores('a credential that stands twice, or empty, is bad', async (t, stage) => {
  const { ask } = await stage(t, places, { records: { 'token:abc': ada } });
  for (const target of ['/strip?key=abc&key=abc', '/strip?key=', '/strip?key=abc&%6bey=x'])
    t.equal((await ask(`GET ${target}`)).status, 401, target);
  for (const cookie of ['sid=abc; sid=abc', 'sid='])
    t.equal((await ask('GET /strip', { Cookie: cookie })).status, 401);
  const twice = await ask('GET /strip', { Authorization: ['Bearer abc', 'Bearer abc'] });
  t.equal(twice.status, 400, 'two Authorization headers are read in two ways');
});

onBothStores('a bare key template lets nothing but its own form name a key', async (t, stage) => {
  const token = '0123456789abcdef0123456789abcdef01234567';
  const { ask } = await stage(
    t,
    `authenticators: { seed: { type: redis-token, key: '{token}' } }
routes: [{ path: /me, authenticate: [seed], permit: authenticated, forward: shop }]`,
    { records: { [token]: ada, secret: ada } },
  );
  t.equal((await ask('GET /me', { Authorization: `Token ${token}` })).status, 200);
  for (const wrong of ['secret', token.toUpperCase(), `${token}0`])
    t.equal((await ask('GET /me', { Authorization: `Token ${wrong}` })).status, 401);
});
