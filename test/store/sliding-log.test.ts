import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import t from 'tap';
import type { Store, TakeRequest } from '../../src/core/store.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { RedisStore } from '../../src/store/redis/redis-store.ts';
import { parseRedisUrl } from '../../src/store/redis/redis-url.ts';
import { OwnClock } from '../support/gateway.ts';
import { startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const silent = { info() {}, warn() {}, error() {} };
const START = Date.UTC(2026, 0, 1);

/** Django REST framework's SimpleRateThrottle, line by line; `expires` as its cache does. */
class Model {
  private readonly histories = new Map<string, { times: number[]; expiresAt: number }>();
  private readonly expires: boolean;

  constructor(expires: boolean) {
    this.expires = expires;
  }

  /**
   * Milliseconds to wait, or undefined when the request is admitted. Where more are in the window than the limit
   * allows, DRF names none; then as many must leave as are too many. None is longer than the window.
   */
  allow({ key, limit, windowMs }: TakeRequest, now: number): number | undefined {
    const cached = this.histories.get(key);
    const history = cached && !(this.expires && cached.expiresAt <= now) ? [...cached.times] : [];
    while (history.length > 0 && (history.at(-1) ?? 0) <= now - windowMs) history.pop();
    if (history.length >= limit) {
      if (limit === 0) return windowMs;
      const leaving = Math.max(...history.slice(limit - 1));
      return Math.min(leaving + windowMs - now, windowMs);
    }
    history.unshift(now);
    this.histories.set(key, { times: history, expiresAt: now + windowMs });
    return undefined;
  }
}

interface Question {
  afterMs: number;
  asked: TakeRequest[];
}

const SECOND = 1_000;

/** Times that fall on, just before and just after the edges of windows, and anywhere. */
const onwards = fc.oneof(
  fc.constantFrom(0, 0, 1, 999, SECOND, 1_001, 59_999, 60_000, 60_001),
  fc.integer({ min: 0, max: 70_000 }),
);
/** A clock may be set back: by NTP, or with a failover to another machine. */
const setBack = fc.constantFrom(-1, -SECOND, -300_000);

function questions(
  keys: readonly string[],
  windows: readonly number[],
  afterMs: fc.Arbitrary<number> = onwards,
): fc.Arbitrary<Question[]> {
  const one = fc.record({
    key: fc.constantFrom(...keys),
    limit: fc.integer({ min: 0, max: 4 }),
    windowMs: fc.constantFrom(...windows),
  });
  const asked = fc.array(one, { minLength: 1, maxLength: 3 });
  return fc.array(fc.record({ afterMs, asked }), { minLength: 1, maxLength: 40 });
}

/** What a store and the model say of the same questions, in words that can be compared. */
async function compare(
  store: Store,
  clock: OwnClock,
  given: readonly Question[],
  model: Model,
): Promise<void> {
  for (const [at, { afterMs, asked }] of given.entries()) {
    clock.advance(afterMs);
    const taken = await store.take(asked);
    const expected = asked.map((request) => model.allow(request, clock.now()));
    const waits = taken.map(({ admitted, waitMs }) => (admitted ? undefined : waitMs));
    if (JSON.stringify(waits) !== JSON.stringify(expected))
      throw new Error(`question ${at}: ${JSON.stringify({ waits, expected })}`);
    for (const { admitted, remaining } of taken) {
      if (!admitted && remaining !== 0) throw new Error(`question ${at}: refused, but ${remaining} remain`);
    }
  }
}

t.test('the memory store decides as REST framework does', async (t) => {
  await fc.assert(
    fc.asyncProperty(questions(['a', 'b', 'c'], [SECOND, 60 * SECOND]), async (given) => {
      const clock = new OwnClock(START);
      await compare(new MemoryStore(clock), clock, given, new Model(true));
    }),
    { numRuns: 1_000 },
  );
  t.pass();
});

t.test('the Redis store decides as REST framework does', async (t) => {
  const server = await startRedis();
  const redis = new Redis(server.url);
  const clock = new OwnClock(START);
  const store = new RedisStore({
    address: parseRedisUrl(server.url).address,
    log: silent,
    clock,
    commandTimeoutMs: 10_000,
  });
  t.teardown(async () => {
    await store.close();
    redis.disconnect();
    await server.stop();
  });
  await until(() => store.ready());

  await t.test('for random sequences, clocks that are set back among them', async (t) => {
    const steps = fc.oneof({ weight: 9, arbitrary: onwards }, { weight: 1, arbitrary: setBack });
    await fc.assert(
      // One window per key: a key of Redis expires by Redis's own time, whatever clock is counted by.
      fc.asyncProperty(questions(['a', 'b', 'c'], [60 * SECOND], steps), async (given) => {
        await redis.flushall();
        await compare(store, clock, given, new Model(false));
      }),
      { numRuns: 100 },
    );
    t.pass();
  });

  await t.test('for one key with windows of two lengths', async (t) => {
    await fc.assert(
      fc.asyncProperty(questions(['a'], [3 * SECOND, 60 * SECOND]), async (given) => {
        await redis.flushall();
        await compare(store, clock, given, new Model(false));
      }),
      { numRuns: 100 },
    );
    t.pass();
  });

  await t.test('every key expires a window after the last that it admitted', async (t) => {
    await redis.flushall();
    await store.take([
      { key: 'minute', limit: 1, windowMs: 60 * SECOND },
      { key: 'second', limit: 0, windowMs: SECOND },
    ]);
    const left = await redis.pttl('minute');
    t.ok(left > 50_000 && left <= 60_000, 'the window');
    t.same(await redis.keys('*'), ['minute'], 'a refusal writes nothing');
    await redis.pexpire('minute', 30_000);
    await store.take([{ key: 'minute', limit: 1, windowMs: 60 * SECOND }]);
    t.ok((await redis.pttl('minute')) <= 30_000, 'a refusal does not prolong');
    t.same(await redis.lrange('minute', 0, -1), [String(clock.now() * 1_000)]);
  });

  await t.test("Redis's own clock counts where none is given", async (t) => {
    const own = new RedisStore({
      address: parseRedisUrl(server.url).address,
      log: silent,
      commandTimeoutMs: 10_000,
    });
    t.teardown(() => own.close());
    await until(() => own.ready());
    await redis.flushall();
    const hour = { key: 'hour', limit: 1, windowMs: 3_600 * SECOND };
    const [first] = await own.take([hour]);
    const [seconds] = await redis.time();
    const [second] = await own.take([hour]);
    t.match(first, { admitted: true, remaining: 0 });
    t.match(second, { admitted: false });
    const written = Number(await redis.lindex('hour', 0)) / 1e6;
    t.ok(Math.abs(Number(seconds) - written) < 60, 'in microseconds since the epoch');
  });
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is in use, without what only waits to be collected. */
function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

t.test('the memory store forgets logs whose window is over', async (t) => {
  const clock = new OwnClock(START);
  const store = new MemoryStore(clock);
  const before = heapUsed();
  for (let caller = 0; caller < 100_000; caller++) {
    clock.advance(10);
    store.take([{ key: `caller-${caller}`, limit: 3, windowMs: SECOND }]);
  }
  t.ok(heapUsed() - before < 15e6, 'no memory of 100 000 callers');
});
