import { createSecretKey } from 'node:crypto';
import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import type { Clock } from '../../src/core/clock.ts';
import { key, mint } from '../support/jwt.ts';
import { startRedis } from '../support/redis.ts';
import { json, setStage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { freeze } from './house.ts';

const SECRET = key('HS256').secret.toString('hex');
const by = { ...key('HS256'), private: createSecretKey(Buffer.from(SECRET)) };

const POLICIES = ['deny', 'stale 5m', 'jwt-only', 'local-throttle'] as const;
const named = (policy: string) => policy.replace(' ', '-');

const YAML = `
guard: off
authenticators:
  token: { type: redis-token }
  jwt: { type: jwt, algorithms: [HS256], secret: ${SECRET} }
defaults: { authenticate: [jwt, token] }
routes:
${POLICIES.flatMap((policy) => [
  `  - { id: ${named(policy)}, path: /${named(policy)}, on_store_error: ${policy}, throttle: { rate: 2/h, by: user }, forward: shop }`,
  `  - { id: free-${named(policy)}, path: /free/${named(policy)}, on_store_error: ${policy}, forward: shop }`,
]).join('\n')}
`;

/** Tokens go by the gateway's clock, which stands still. */
const secondsOf = (clock: Clock): number => Math.floor(clock.now() / 1000);

async function stageWithRedis(t: Test, records: Record<string, unknown>) {
  const server = await startRedis();
  t.teardown(() => server.kill());
  const redis = new Redis(server.url);
  t.teardown(() => redis.disconnect());
  const stage = await setStage(t, YAML, { redis, records });
  const status = async (path: string, authorization: string) =>
    (await stage.ask(`GET ${path}`, { Authorization: authorization })).status;
  return { ...stage, server, redis, status };
}

t.test('what each policy lets in while Redis is silent', async (t) => {
  const { server, status, ask, upstream, clock } = await stageWithRedis(t, {
    'token:seen': { id: 1 },
    'token:unseen': { id: 2 },
  });
  const jwt = `Bearer ${await mint(by, { sub: 'signed' }, { now: secondsOf(clock) })}`;
  for (const policy of POLICIES) t.equal(await status(`/free/${named(policy)}`, 'Token seen'), 200);
  await freeze(server);
  upstream.clear();

  const expected: Record<(typeof POLICIES)[number], { seen: number; jwt: number[] }> = {
    deny: { seen: 503, jwt: [503, 503, 503] },
    'stale 5m': { seen: 200, jwt: [200, 200, 429] },
    'jwt-only': { seen: 503, jwt: [200, 200, 429] },
    'local-throttle': { seen: 503, jwt: [200, 200, 429] },
  };
  for (const policy of POLICIES) {
    const path = `/${named(policy)}`;
    t.equal(await status(path, 'Token seen'), expected[policy].seen, `${policy}: a token seen before`);
    t.equal(await status(path, 'Token unseen'), 503, `${policy}: a token never seen`);
    t.equal(await status(path, 'Token bad'), 503, `${policy}: a bad token is not called wrong`);
    for (const each of expected[policy].jwt) t.equal(await status(path, jwt), each, `${policy}: a JWT`);
    t.equal(await status(`/free${path}`, jwt), 200, `${policy}: a JWT where nothing is counted`);
    t.equal(await status(path, 'Bearer x.y.z'), 401, `${policy}: a JWT that is none is wrong all the same`);
  }
  const refused = await ask('GET /deny', { Authorization: 'Token seen' });
  t.same(refused.header('retry-after'), ['1']);
  t.same(json(refused), { detail: 'Service temporarily unavailable, try again later.' });
  t.same([...new Set(upstream.requests.map((each) => each.header('x-user').join()))].sort(), ['1', 'signed']);
});

t.test('stale ends with its time, and with the life that the token had', async (t) => {
  const { server, redis, status, clock } = await stageWithRedis(t, {
    'token:long': { id: 1 },
    'token:short': { id: 2 },
  });
  await redis.pexpire('token:short', 60_000);
  for (const token of ['long', 'short']) t.equal(await status('/free/stale-5m', `Token ${token}`), 200);
  await freeze(server);
  // Until the silence is noticed, Redis is still trusted to tell of changes.
  await until(async () => (await status('/free/deny', 'Token long')) === 503);
  clock.advance(59_000);
  for (const token of ['long', 'short']) t.equal(await status('/free/stale-5m', `Token ${token}`), 200);
  clock.advance(1_000);
  t.equal(await status('/free/stale-5m', 'Token short'), 503, 'it would have expired by now');
  clock.advance(4 * 60_000);
  t.equal(await status('/free/stale-5m', 'Token long'), 200, 'five minutes, to the millisecond');
  clock.advance(1);
  t.equal(await status('/free/stale-5m', 'Token long'), 503);
  t.equal(await status('/free/deny', 'Token long'), 503);
});

/** A revocation that any route has seen counts for all. */
for (const witness of ['stale-5m', 'deny', 'jwt-only']) {
  t.test(`a revocation that was seen on a route with ${witness} is not forgotten`, async (t) => {
    const { server, redis, status, upstream } = await stageWithRedis(t, {
      'token:gone': { id: 1 },
      'token:moved': { id: 2 },
      'token:off': { id: 3 },
    });
    for (const token of ['gone', 'moved', 'off'])
      t.equal(await status('/free/stale-5m', `Token ${token}`), 200);
    await redis.del('token:gone');
    await redis.set('token:moved', '{"id":22}');
    await redis.set('token:off', '{"id":3,"is_active":false}');
    t.equal(await status(`/free/${witness}`, 'Token gone'), 401);
    t.equal(await status(`/free/${witness}`, 'Token moved'), 200);
    t.equal(await status(`/free/${witness}`, 'Token off'), 401);
    await freeze(server);
    await until(async () => (await status('/free/deny', 'Token moved')) === 503);
    upstream.clear();
    t.equal(await status('/free/stale-5m', 'Token gone'), 503);
    t.equal(await status('/free/stale-5m', 'Token moved'), 200);
    t.same(upstream.requests[0]?.header('x-user'), ['22'], 'the user is the one of the last reading');
    t.equal(await status('/free/stale-5m', 'Token off'), 401);
  });
}

t.test('a JWT whose user is looked up passes on its signature too, without any right', async (t) => {
  const server = await startRedis();
  t.teardown(() => server.kill());
  const redis = new Redis(server.url);
  t.teardown(() => redis.disconnect());
  const yaml = `
guard: off
users: { key: 'user:{id}' }
authenticators:
  jwt: { type: jwt, algorithms: [HS256], secret: ${SECRET}, users: true, claims: { is_staff: staff } }
defaults: { authenticate: [jwt], on_store_error: jwt-only }
routes:
  - { path: /me, forward: shop }
  - { path: /read, permit: { scope: read }, forward: shop }
  - { path: /staff, permit: staff, forward: shop }
  - { path: /editors, permit: { group: editors }, forward: shop }
  - { path: /stale, permit: { group: editors }, on_store_error: stale 5m, forward: shop }
  - { path: /strict, on_store_error: deny, forward: shop }
`;
  const records = { 'user:7': { username: 'ada', is_staff: true, groups: ['editors'] } };
  const { ask, clock } = await setStage(t, yaml, { redis, records });
  const ofUser = async (claims: object) => ({
    Authorization: `Bearer ${await mint(by, { ...claims }, { now: secondsOf(clock) })}`,
  });
  const ada = await ofUser({ sub: '7', scope: 'read', groups: ['editors'], staff: true });
  for (const path of ['/me', '/read', '/staff', '/editors', '/stale'])
    t.equal((await ask(`GET ${path}`, ada)).status, 200, path);
  await freeze(server);
  await until(async () => (await ask('GET /strict', ada)).status === 503);

  t.equal((await ask('GET /me', ada)).status, 200);
  t.equal((await ask('GET /read', ada)).status, 200, 'the token’s scopes are its own');
  t.equal((await ask('GET /staff', ada)).status, 403, 'a right that only the record could grant');
  t.equal((await ask('GET /editors', ada)).status, 403);
  t.equal((await ask('GET /stale', ada)).status, 200, 'a record that Redis confirmed a moment ago');
  t.equal((await ask('GET /strict', ada)).status, 503);
  t.equal((await ask('GET /me', await ofUser({ sub: '7', exp: 1 }))).status, 401, 'an expired token');
});
