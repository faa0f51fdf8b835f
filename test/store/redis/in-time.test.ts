import { performance } from 'node:perf_hooks';
import t from 'tap';
import { RedisStore } from '../../../src/store/redis/redis-store.ts';
import { parseRedisUrl } from '../../../src/store/redis/redis-url.ts';
import { redisClient } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

/** Holds the event loop, as a burst of work does. */
function beBusy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

t.test('a process that is busy for longer than a command may take does not call Redis hung', async (t) => {
  const redis = await redisClient(t);
  await redis.set('token:a', '7');
  const { host, port } = redis.options;
  const log = { info() {}, warn() {}, error() {} };
  const store = new RedisStore({
    address: parseRedisUrl(`redis://${host}:${port}`).address,
    log,
    commandTimeoutMs: 20,
  });
  t.teardown(() => store.close());
  await until(() => store.ready());
  for (let time = 0; time < 5; time++) {
    await redis.set(`token:${time}`, '7');
    const answer = store.read(`token:${time}`);
    beBusy(60);
    t.equal(String(await answer), '7');
  }
  await redis.call('CLIENT', 'PAUSE', '100', 'ALL');
  await t.rejects(
    async () => store.read('token:unread'),
    { name: 'StoreUnavailable' },
    'but one that does not answer is',
  );
});
