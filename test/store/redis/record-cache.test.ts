import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import { systemClock } from '../../../src/core/clock.ts';
import type { Stored } from '../../../src/core/store.ts';
import { RedisStore } from '../../../src/store/redis/redis-store.ts';
import { parseRedisUrl } from '../../../src/store/redis/redis-url.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

interface Stand {
  server: RedisServer;
  /** What an app does with the records. */
  app: Redis;
  store: RedisStore;
  /** How often records were read from Redis so far. */
  reads(): Promise<number>;
  read(key: string): Promise<string | undefined>;
}

const log = { info() {}, warn() {}, error() {} };

async function stand(t: Test, port?: number): Promise<Stand> {
  const server = await startRedis(port === undefined ? {} : { port });
  const app = new Redis(server.url);
  const { address } = parseRedisUrl(server.url);
  const store = new RedisStore({ address, log, clock: systemClock });
  t.teardown(async () => {
    await store.close();
    app.disconnect();
    await server.stop();
  });
  await store.settled();
  await tracked(store);
  const text = (stored: Stored | undefined) => (stored instanceof Uint8Array ? String(stored) : undefined);
  return {
    server,
    app,
    store,
    async reads() {
      const info = await app.info('commandstats');
      return Number(/cmdstat_getrange:calls=(\d+)/.exec(info)?.[1] ?? 0);
    },
    read: async (key) => text(await store.read(key)),
  };
}

/** A record that is known is answered at once, without a promise. */
async function tracked(store: RedisStore): Promise<void> {
  await until(async () => {
    await store.read('postern:probe');
    return !(store.read('postern:probe') instanceof Promise);
  });
}

t.test('a known record costs no round trip, until it changes', async (t) => {
  const { app, store, reads, read } = await stand(t);
  await app.set('token:a', 'one');
  t.equal(await read('token:a'), 'one');
  const before = await reads();
  for (let i = 0; i < 100; i++) t.equal(String(store.read('token:a')), 'one');
  t.equal(await reads(), before);
  const changes: [string, () => Promise<unknown>, string | undefined][] = [
    ['SET', () => app.set('token:a', 'two'), 'two'],
    ['APPEND', () => app.append('token:a', '!'), 'two!'],
    ['DEL', () => app.del('token:a'), undefined],
    ['SET of what was not there', () => app.set('token:a', 'three', 'PX', 100_000), 'three'],
    ['PEXPIRE to now', () => app.pexpire('token:a', 0), undefined],
    ['SETEX', () => app.setex('token:a', 100, 'four'), 'four'],
    ['RENAME', () => app.rename('token:a', 'token:b'), undefined],
    ['RENAME back', () => app.rename('token:b', 'token:a'), 'four'],
    ['FLUSHDB', () => app.flushdb(), undefined],
    ['SET', () => app.set('token:a', 'five'), 'five'],
    ['FLUSHALL', () => app.flushall(), undefined],
  ];
  for (const [name, change, expected] of changes) {
    await change();
    await until(async () => (await read('token:a')) === expected);
    t.pass(name);
  }
});

t.test('a record does not outlive its own expiry', async (t) => {
  const { app, read } = await stand(t);
  await app.set('token:a', 'one', 'PX', 60);
  t.equal(await read('token:a'), 'one');
  await until(async () => (await read('token:a')) === undefined);
  t.equal(await app.exists('token:a'), 0);
});

t.test('what the gateway changes itself does not hide what others change', async (t) => {
  const { app, store, read } = await stand(t);
  await app.set('token:a', 'one', 'PX', 50_000);
  for (let round = 0; round < 20; round++) {
    await until(async () => (await read('token:a')) === 'one');
    await store.expire('token:a', 100_000);
    t.ok((await app.pttl('token:a')) > 50_000);
    await app.del('token:a');
    await until(async () => (await read('token:a')) === undefined);
    await app.set('token:a', 'one', 'PX', 50_000);
  }
});

t.test('counting costs no word of Redis', async (t) => {
  const { app, store } = await stand(t);
  const request = { key: 'postern:throttle:t:ip:1', limit: 100, windowMs: 60_000 };
  for (let time = 0; time < 3; time++) await store.take([request]);
  t.match(await app.info('stats'), /tracking_total_keys:[01]\r/, 'only the record that was read is tracked');
});

t.test('a record that many ask for at once is read once', async (t) => {
  const { app, reads, read } = await stand(t);
  await app.set('token:a', 'one');
  const before = await reads();
  const all = await Promise.all(Array.from({ length: 50 }, () => read('token:a')));
  t.same(new Set(all), new Set(['one']));
  t.equal(await reads(), before + 1);
});

t.test('what is read while it changes is never kept', async (t) => {
  const { app, read } = await stand(t);
  for (let round = 0; round < 300; round++) {
    await app.set('token:a', `old ${round}`);
    const reading = read('token:a');
    const writing = app.set('token:a', `new ${round}`);
    await Promise.all([reading, writing]);
    await until(async () => (await read('token:a')) === `new ${round}`);
  }
  t.pass('300 rounds');
});

for (const side of ['normal', 'pubsub'] as const) {
  t.test(`a broken ${side === 'normal' ? 'connection' : 'channel'} forgets everything`, async (t) => {
    const { app, store, read } = await stand(t);
    await app.set('token:a', 'one');
    t.equal(await read('token:a'), 'one');
    for (let round = 0; round < 5; round++) {
      await Promise.all([
        app.call('CLIENT', 'KILL', 'TYPE', side, 'SKIPME', 'yes'),
        app.set('token:a', `changed ${round}`),
      ]);
      await until(async () => (await read('token:a').catch(() => 'down')) === `changed ${round}`);
      await until(() =>
        tracked(store).then(
          () => true,
          () => false,
        ),
      );
    }
    t.pass('5 rounds');
  });
}

t.test('without the right to be told, every record is read for every request', async (t) => {
  const server = await startRedis();
  const app = new Redis(server.url);
  await app.call(
    'ACL',
    'SETUSER',
    'poor',
    'on',
    '>secret',
    '~*',
    '+@all',
    '-client|tracking',
    'resetchannels',
  );
  const { address } = parseRedisUrl(server.url.replace('redis://', 'redis://poor:secret@'));
  const warnings: unknown[] = [];
  const store = new RedisStore({
    address,
    log: { ...log, warn: (...said) => warnings.push(said) },
    clock: systemClock,
  });
  t.teardown(async () => {
    await store.close();
    app.disconnect();
    await server.stop();
  });
  await store.settled();
  await until(() => warnings.length > 0);
  t.match(warnings, [[{ reason: 'NOPERM' }, /does not tell of changes/]]);
  await app.set('token:a', 'one');
  t.equal(String(await store.read('token:a')), 'one');
  await app.set('token:a', 'two');
  t.equal(String(await store.read('token:a')), 'two', 'at once, as nothing is kept');
});
