import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { startRedis } from '../support/redis.ts';
import { search } from '../support/runs.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';
import { heard } from './live/heard.ts';
import { type Asked, sequences, VIEWS, type Wardrobe } from './live/requests.ts';
import { copy, dress, newest } from './live/wardrobe.ts';
import { houseOf } from './player/house.ts';
import { seen } from './player/outcome.ts';
import { readWorld } from './player/recording.ts';
import { send } from './player/send.ts';
import { holdings, publish } from './player/shelf.ts';
import { StepClock } from './player/step-clock.ts';
import { users } from './support/credentials.ts';
import { CLOCK_BASE, CLOCK_HEADER, type Django, djangoAvailable, startDjango } from './support/django.ts';

/** Requests in one sequence, and sequences: more than 3,000 requests to each side. */
const LENGTH = 20;
const TRIES = 155;
/** Django has the first database of the Redis, Postern the second. */
const OURS = 1;

interface Sides {
  django: Django;
  gateway: Gateway;
  upstream: Upstream;
  clock: StepClock;
  theirs: Redis;
  ours: Redis;
  wardrobe: Wardrobe;
  newest: ReadonlyMap<string, Buffer>;
  /** How often DRF answered what. */
  statuses: Map<number, number>;
}

async function bothSides(t: Test): Promise<Sides> {
  const server = await startRedis();
  t.teardown(() => server.stop());
  const theirs = new Redis(server.url);
  const ours = new Redis(server.url, { db: OURS });
  t.teardown(() => {
    theirs.disconnect();
    ours.disconnect();
  });
  // One thread: the order of the requests is the order of their effects, and SQLite is never busy.
  const django = await startDjango({ redisUrl: server.url, env: { PARITY_THREADS: '1' } });
  t.teardown(() => django.stop());
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const clock = new StepClock();
  const world = readWorld();
  const house = houseOf({ env: {}, views: VIEWS, world, upstream: upstream.url });
  const gateway = await startGateway(house, { redisUrl: `${server.url}/${OURS}`, clock });
  t.teardown(() => gateway.close());
  const wardrobe = await dress(django, world.jwt_key);
  await copy(theirs, OURS);
  await publish(ours, await users(django));
  return {
    django,
    gateway,
    upstream,
    clock,
    theirs,
    ours,
    wardrobe,
    newest: newest(world.jwt_key),
    statuses: new Map(),
  };
}

/** Sends a sequence to both, one request after the other; what they do not agree on. */
async function compare(sides: Sides, sequence: readonly Asked[]): Promise<string[]> {
  const { django, gateway, upstream, clock, theirs, ours, wardrobe } = sides;
  for (const redis of [theirs, ours]) {
    const counters = await redis.keys('*:throttle_*');
    if (counters.length > 0) await redis.del(...counters);
    for (const [key, value] of sides.newest) await redis.set(key, value, 'EX', 1_000);
  }
  let at = 0;
  for (const [number, { path, method, worn, later }] of sequence.entries()) {
    at += later;
    clock.at = at;
    upstream.clear();
    const http = `${method} ${path}`;
    const headers = worn.flatMap((name) => wardrobe[name] ?? []);
    const [theirReply, ourReply] = await Promise.all([
      send(django.port, { http, headers: [...headers, [CLOCK_HEADER, String(at)]] }),
      send(gateway.port, { http, headers }),
    ]);
    const wanted = heard(http, theirReply);
    sides.statuses.set(wanted.status, (sides.statuses.get(wanted.status) ?? 0) + 1);
    const found = seen({ http }, ourReply, upstream.requests[0], {}, wanted);
    if (!isDeepStrictEqual(found, wanted)) {
      const story = sequence.slice(0, number + 1).map((asked) => JSON.stringify(asked));
      return [`${story.join('\n')}\nDRF: ${JSON.stringify(wanted)}\nPostern: ${JSON.stringify(found)}`];
    }
  }
  const [theirHoldings, ourHoldings] = await Promise.all([holdings(theirs), holdings(ours)]);
  return differences(theirHoldings, ourHoldings).map((key) => {
    const [drf, postern] = [theirHoldings.get(key), ourHoldings.get(key)];
    return `${JSON.stringify(sequence)}\n${key}: DRF ${JSON.stringify(drf)}, Postern ${JSON.stringify(postern)}`;
  });
}

/** Keys whose values differ, or whose lives do by more than a loaded machine takes between two writes. */
function differences(theirs: Awaited<ReturnType<typeof holdings>>, ours: typeof theirs): string[] {
  return [...new Set([...theirs.keys(), ...ours.keys()])].filter((key) => {
    const [a, b] = [theirs.get(key), ours.get(key)];
    return !a || !b || !isDeepStrictEqual(a.value, b.value) || Math.abs(a.ttl - b.ttl) > 2;
  });
}

t.test(
  'random requests to DRF and to Postern',
  { skip: djangoAvailable() ?? false, timeout: 0 },
  async (t) => {
    const sides = await bothSides(t);
    t.ok(
      Object.keys(VIEWS).length > 500,
      `${Object.keys(VIEWS).length} views, times ${CLOCK_BASE} s and later`,
    );
    await search(t, `sequences of ${LENGTH} requests`, {
      values: sequences(sides.wardrobe, LENGTH),
      tries: TRIES,
      batch: 1,
      judge: async ([sequence = []]) => compare(sides, sequence),
    });
    t.same([...sides.statuses.keys()].sort(), [200, 401, 403, 429], 'nothing but decisions');
    for (const [status, times] of sides.statuses) t.ok(times > 100, `${status}: ${times} times`);
  },
);
