import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import { startGateway } from '../support/gateway.ts';
import { startRedis } from '../support/redis.ts';
import { ask } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { startUpstream } from '../support/upstream.ts';
import { relayPort } from './relay-port.ts';

async function open(t: Test) {
  const server = await startRedis();
  t.teardown(() => server.kill());
  const operator = new Redis(server.url);
  t.teardown(() => operator.disconnect());
  await operator.mset('token:a', '{"id":1}', 'token:b', '{"id":2}');
  const relay = await relayPort(t, server.port);
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const gateway = await startGateway(
    `
upstreams: { shop: '${upstream.url}' }
authenticators: { token: { type: redis-token } }
defaults: { authenticate: [token] }
throttles: { user: { rate: 3/h, by: user } }
routes:
  - { path: /counted, throttle: [user], forward: shop }
  - { path: /locally, throttle: [user], on_store_error: local-throttle, forward: shop }
  - { path: /free, throttle: [], forward: shop }
`,
    { redisUrl: `redis://127.0.0.1:${relay.port}` },
  );
  t.teardown(() => gateway.close());
  await until(async () => (await fetch(`${gateway.adminUrl}/readyz`)).ok);
  const status = async (path: string, token = 'a') =>
    (await ask(gateway.port, `GET ${path}`, { Authorization: `Token ${token}` })).status;
  const reasons = () => gateway.log.filter(({ status }) => status === 503).map(({ reason }) => reason);
  return { server, operator, relay, gateway, upstream, status, reasons };
}

t.test('a read-only replica is read, and does not count', async (t) => {
  const { server, operator, upstream, status, reasons } = await open(t);
  const other = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  t.teardown(() => other.kill());
  const second = new Redis(other.url);
  t.teardown(() => second.disconnect());
  await second.mset('token:a', '{"id":1}');
  t.equal(await status('/counted'), 200);
  await operator.replicaof('127.0.0.1', other.port);
  await until(async () => (await operator.info('replication')).includes('master_link_status:up'));
  t.equal(await status('/counted'), 503);
  t.match(reasons(), [/^READONLY/]);
  t.equal(upstream.requests.length, 1);
  await until(async () => (await status('/free')) === 200);
  t.equal(await status('/locally'), 200, 'counted here');
  await operator.call('REPLICAOF', 'NO', 'ONE');
  t.equal(server.process.exitCode, null);
  t.equal(await status('/counted'), 200, 'promoted');
});

t.test('after a failover the connection is made anew, to where the address leads now', async (t) => {
  const { operator, relay, status } = await open(t);
  const other = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  t.teardown(() => other.kill());
  const second = new Redis(other.url);
  t.teardown(() => second.disconnect());
  await second.mset('token:a', '{"id":1}');
  t.equal(await status('/counted'), 200);
  await operator.replicaof('127.0.0.1', other.port);
  await until(async () => (await operator.info('replication')).includes('master_link_status:up'));
  relay.lead(other.port);
  const changedAt = performance.now();
  await until(async () => (await status('/counted')) === 200);
  t.comment(`well again after ${Math.round(performance.now() - changedAt)} ms`);
  t.same(await second.llen('postern:throttle:user:user:1'), 1, 'counted by the new one');
});

t.test('a Redis without memory is read, and does not count', async (t) => {
  const { operator, status, reasons } = await open(t);
  await operator.config('SET', 'maxmemory', '1mb');
  t.equal(await status('/counted'), 503);
  t.match(reasons(), [/^OOM/]);
  t.equal(await status('/free'), 200);
  t.equal(await status('/locally'), 200);
  await operator.config('SET', 'maxmemory', '0');
  t.same(await operator.keys('postern:*'), [], 'nothing was half counted');
  for (const expected of [200, 200, 200, 429]) t.equal(await status('/counted'), expected);
});

t.test('a counter that is no counter is 503 for its caller alone', async (t) => {
  const { operator, status, reasons } = await open(t);
  await operator.set('postern:throttle:user:user:1', 'x');
  t.equal(await status('/counted'), 503);
  t.match(reasons(), [/^WRONGTYPE|^ERR/]);
  t.equal(await status('/counted', 'b'), 200);
  t.equal(await operator.get('postern:throttle:user:user:1'), 'x');
});

t.test('a Redis that is loading its data is 503, and 200 when it has', async (t) => {
  const { relay, status, reasons } = await open(t);
  relay.say('-LOADING Redis is loading the dataset in memory\r\n');
  for (const path of ['/free', '/counted', '/locally']) t.equal(await status(path), 503);
  t.equal(await status('/free', 'bad'), 503, 'nobody is called wrong');
  for (const reason of reasons()) t.match(reason, /LOADING/);
  relay.say(undefined);
  t.equal(await status('/counted'), 200);
  t.equal(await status('/free', 'bad'), 401);
  t.equal(relay.connections, 2, 'on the same connections: the commands’, and the one that tells of changes');
});

t.test('a Redis that answers with nonsense is 503, and no process ends', async (t) => {
  const { relay, status } = await open(t);
  relay.say('HTTP/1.1 400 Bad Request\r\n\r\n');
  for (const token of ['a', 'bad']) t.equal(await status('/free', token), 503);
  relay.say(undefined);
  await until(async () => (await status('/free')) === 200);
});

t.test('what Redis has evicted is gone: a token is unknown, a count begins anew', async (t) => {
  const { operator, status } = await open(t);
  for (const expected of [200, 200, 200, 429]) t.equal(await status('/counted'), expected);
  await operator.config('SET', 'maxmemory-policy', 'allkeys-random');
  await operator.config('SET', 'maxmemory', '1mb');
  await until(async () => (await operator.dbsize()) === 0);
  await operator.config('SET', 'maxmemory', '0');
  await until(async () => (await status('/free')) === 401);
  await operator.set('token:a', '{"id":1}');
  await until(async () => (await status('/free')) === 200);
  for (const expected of [200, 200, 200, 429]) t.equal(await status('/counted'), expected);
});

t.test('a script that Redis has forgotten is told again, and counts once', async (t) => {
  const { operator, status } = await open(t);
  t.equal(await status('/counted'), 200);
  await operator.script('FLUSH');
  t.equal(await status('/counted'), 200);
  t.equal(await operator.llen('postern:throttle:user:user:1'), 2);
});
