import type { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import { LARGEST, MOST_FIELDS } from '../../../src/store/redis/read.ts';
import { RedisStore } from '../../../src/store/redis/redis-store.ts';
import { parseRedisUrl } from '../../../src/store/redis/redis-url.ts';
import { redisClient } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const log = { info() {}, warn() {}, error() {} };

async function open(t: Test): Promise<{ redis: Redis; store: RedisStore }> {
  const redis = await redisClient(t);
  await redis.flushall();
  const { host, port } = redis.options;
  const { address } = parseRedisUrl(`redis://${host}:${port}`);
  const store = new RedisStore({ address, log, commandTimeoutMs: 10_000 });
  t.teardown(() => store.close());
  await until(() => store.ready());
  return { redis, store };
}

/** How often each command was called since the last RESETSTAT, scripts' own calls apart. */
async function calls(redis: Redis): Promise<Record<string, number>> {
  const stats = await redis.info('commandstats');
  const found = stats.matchAll(/^cmdstat_(eval|evalsha|getrange|hgetall|pttl):calls=(\d+)/gm);
  return Object.fromEntries([...found].map(([, name = '', count]) => [name, Number(count)]));
}

t.test('a record is a text or a hash; an empty text is not a missing one', async (t) => {
  const { redis, store } = await open(t);
  await redis.set('text', 'Zo\u00eb');
  await redis.set('empty', '');
  await redis.hset('hash', { id: '7', name: 'Zo\u00eb', empty: '', __proto__x: '1' });
  await redis.rpush('list', 'x');
  await redis.xadd('stream', '*', 'a', 'b');
  for (let time = 0; time < 2; time++) {
    t.equal(String(await store.read('text')), 'Zo\u00eb');
    t.equal(String(await store.read('empty')), '');
    t.equal(await store.read('missing'), undefined);
    t.same({ ...(await store.read('hash')) }, { id: '7', name: 'Zo\u00eb', empty: '', __proto__x: '1' });
    for (const key of ['list', 'stream']) {
      await t.rejects(async () => store.read(key), {
        name: 'UnreadableRecord',
        message: 'the key holds neither text nor a hash',
      });
    }
  }
});

t.test('a text and a hash each cost one round trip', async (t) => {
  const { redis, store } = await open(t);
  await redis.set('token:a', '7');
  await redis.hset('user:7', { id: '7' });
  await store.read('user:7');
  for (let time = 0; time < 5; time++) {
    await redis.hset(`user:8${time}`, { id: '8' });
    await redis.set(`token:${time}`, '7');
  }
  await redis.config('RESETSTAT');
  for (let time = 0; time < 5; time++) {
    t.same({ ...(await store.read(`user:8${time}`)) }, { id: '8' });
    t.equal(String(await store.read(`token:${time}`)), '7');
  }
  t.match(await calls(redis), { evalsha: 5, getrange: 5 });
  t.same(await store.readConfirmed('user:80'), { value: { id: '8' }, leftMs: Number.POSITIVE_INFINITY });
});

t.test('of a record that is too large no more is fetched than a record may have', async (t) => {
  const { redis, store } = await open(t);
  const most = 'x'.repeat(LARGEST);
  await redis.set('most', most);
  t.equal((await store.read('most'))?.length, LARGEST);
  await redis.hset('hash', { id: '7' });
  await store.read('hash');
  await redis.setrange('text:huge', 50_000_000, 'x');
  await redis.hset('value:huge', { id: '7', more: most });
  await redis.hset('name:huge', { [most]: '7' });
  const fields = Array.from({ length: MOST_FIELDS + 1 }, (_, index) => [`f${index}`, '1']);
  await redis.hset('fields:many', Object.fromEntries(fields));
  await redis.hset('fields:most', Object.fromEntries(fields.slice(1)));
  const sent = async () => Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1]);
  const before = await sent();
  for (const key of ['text:huge', 'value:huge', 'name:huge', 'fields:many']) {
    await t.rejects(
      async () => store.read(key),
      { name: 'UnreadableRecord', message: /^the record is larger than 1048576/ },
      key,
    );
  }
  t.ok((await sent()) - before < LARGEST + 50_000, 'the text up to where it is too long, of hashes nothing');
  t.equal(Object.keys((await store.read('fields:most')) ?? {}).length, MOST_FIELDS);
});
