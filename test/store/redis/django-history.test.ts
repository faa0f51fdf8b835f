import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import { RedisStore } from '../../../src/store/redis/redis-store.ts';
import { parseRedisUrl } from '../../../src/store/redis/redis-url.ts';
import { OwnClock } from '../../support/gateway.ts';
import { startRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

const log = { info() {}, warn() {}, error() {} };
const START = Date.UTC(2026, 0, 1);
const WINDOW = 3_600_000;
const KEY = ':1:throttle_user_7';

/** As django-redis serialises: what Python makes of a list of floats, and what it reads. */
const PYTHON = `
import base64, json, pickle, sys
try: import msgpack
except ImportError: msgpack = None
forms = {f"pickle {p}": (lambda v, p=p: pickle.dumps(v, p), pickle.loads) for p in range(6)}
forms["pickle in Python"] = (lambda v: pickle._dumps(v, 4), pickle._loads)
forms["JSON"] = (lambda v: json.dumps(v).encode(), json.loads)
if msgpack: forms["MessagePack"] = (msgpack.dumps, msgpack.loads)
print(json.dumps(list(forms)), flush=True)
for line in sys.stdin:
    form, value = json.loads(line)
    dump, load = forms[form]
    if isinstance(value, list): print(json.dumps(base64.b64encode(dump(value)).decode()), flush=True)
    else: print(json.dumps(load(base64.b64decode(value))), flush=True)
`;

interface Python {
  forms: readonly string[];
  dump(form: string, times: readonly number[]): Promise<Buffer>;
  load(form: string, bytes: Buffer): Promise<number[]>;
}

async function startPython(t: Test): Promise<Python> {
  const child = spawn('python3', ['-c', PYTHON], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child, 'spawn');
  t.teardown(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => JSON.parse((await lines.next()).value ?? 'null') as T;
  const ask = <T>(form: string, value: unknown): Promise<T> => {
    child.stdin.write(`${JSON.stringify([form, value])}\n`);
    return answer<T>();
  };
  return {
    forms: await answer<string[]>(),
    dump: async (form, times) => Buffer.from(await ask<string>(form, times), 'base64'),
    load: (form, bytes) => ask<number[]>(form, bytes.toString('base64')),
  };
}

async function open(t: Test) {
  const server = await startRedis();
  t.teardown(() => server.stop());
  const redis = new Redis(server.url);
  t.teardown(() => redis.disconnect());
  const clock = new OwnClock(START);
  const { address } = parseRedisUrl(server.url);
  const store = new RedisStore({ address, log, clock, commandTimeoutMs: 10_000 });
  t.teardown(() => store.close());
  await until(() => store.ready());
  const take = async (limit: number) =>
    (await store.take([{ key: KEY, limit, windowMs: WINDOW, django: true }]))[0];
  const stored = async () => (await redis.getBuffer(KEY)) ?? Buffer.alloc(0);
  return { redis, clock, take, stored };
}

/** Newest first, a tenth of a second apart, with microseconds; the newest is a second old. */
function history(many: number): number[] {
  return Array.from({ length: many }, (_, index) => (START - 1_000 - index * 100) / 1_000 + 0.000123);
}

const SIZES = [0, 1, 2, 3, 15, 16, 17, 999, 1_000, 1_001, 2_000, 2_001, 7_300, 20_000];

t.test('what Python wrote is counted, and what is written back, Python reads', async (t) => {
  const python = await startPython(t).catch(() => undefined);
  if (!python) {
    t.pass('skipped: there is no python3');
    return;
  }
  const { redis, clock, take, stored } = await open(t);
  for (const form of python.forms) {
    for (const many of SIZES) {
      const text = form === 'JSON' || form === 'pickle 0';
      if (text && many > 10_000) continue;
      const name = `${form}, ${many}`;
      let times = history(many);
      await redis.set(KEY, await python.dump(form, times));
      const before = await stored();
      t.match(await take(many), { admitted: false, remaining: 0 }, `${name}: full`);
      t.same(await stored(), before, 'a refusal writes nothing');
      for (const afterMs of [1, 0, WINDOW - 1_000 - Math.floor(many / 2) * 100, 77]) {
        clock.advance(afterMs);
        const now = clock.now() / 1_000;
        times = [now, ...times.filter((time) => time > now - WINDOW / 1_000)];
        t.match(await take(100_000), { admitted: true, remaining: 100_000 - times.length }, name);
        t.same(await python.load(form, await stored()), times);
        // Longer pickles are cut into other batches and frames.
        if (text || form === 'MessagePack' || many < 999)
          t.ok((await python.dump(form, times)).equals(await stored()), 'byte for byte as Python writes it');
      }
      clock.advance(START - clock.now());
    }
  }
});

t.test('a new history is a pickle of protocol 4', async (t) => {
  const { take, stored, clock } = await open(t);
  await take(5);
  const bytes = Buffer.from('8004950d000000000000005d94470000000000000000612e', 'hex');
  bytes.writeDoubleBE(clock.now() / 1_000, 14);
  t.same(await stored(), bytes);
});

t.test('a history that is not understood is not overwritten', async (t) => {
  const { redis, take, stored } = await open(t);
  const float = Buffer.from('4741d954fc40000000', 'hex');
  const pickle = (body: string) =>
    Buffer.concat([Buffer.from('80045d94', 'hex'), Buffer.from(body, 'latin1')]);
  const histories: Readonly<Record<string, Buffer | string>> = {
    'a text': 'hello',
    'a number': '7',
    'a list of integers': pickle('(K\x01K\x02e.'),
    'a batch without an end': Buffer.concat([pickle('('), float]),
    'floats and what is none': Buffer.concat([pickle('('), float, Buffer.from('Ne.')]),
    'two lists': pickle('.\x5d\x94.'),
    'nothing behind the mark': pickle('('),
    'JSON of integers': '[1, 2]',
    'JSON with a comma too many': '[1700000000.5,]',
    'JSON of two lists': '[[1700000000.5], [1700000000.5]]',
    'an object': '{"a": 1.5}',
    'MessagePack of integers': Buffer.from('920102', 'hex'),
    'MessagePack that is cut off': Buffer.from('92cb41d954fc40000000', 'hex'),
    'a pickle, compressed': gzipSync(pickle('.')),
    'too many numbers': `[${'1700000000.5, '.repeat(30_000)}1700000000.5]`,
    'more than a megabyte': Buffer.alloc(1_100_000, 'x'),
  };
  for (const [name, bytes] of Object.entries(histories)) {
    await redis.set(KEY, bytes);
    await t.rejects(take(5), { name: 'StoreUnavailable', message: /^(FORMAT|LONG|COMPRESSED)$/ }, name);
    t.same(await stored(), Buffer.from(bytes), name);
  }
});

t.test('of a history longer than the rate the wait is until enough have left', async (t) => {
  const { redis, take, clock } = await open(t);
  const times = history(50);
  await redis.set(KEY, JSON.stringify(times));
  for (const limit of [50, 49, 10, 1]) {
    const leaves = ((times[limit - 1] ?? 0) * 1_000 + WINDOW - clock.now()) | 0;
    const answer = await take(limit);
    t.equal(answer?.admitted, false);
    t.ok(Math.abs((answer?.waitMs ?? 0) - leaves) <= 1, `${limit}: ${answer?.waitMs}`);
  }
  t.match(await take(0), { admitted: false, waitMs: WINDOW });
  clock.advance(-300_000);
  t.match(await take(50), { admitted: false, waitMs: WINDOW }, 'never longer than the window');
});

t.test('what a long history costs Redis does not hold up others', async (t) => {
  const { redis, take } = await open(t);
  const bytes = Buffer.alloc(5 + 99_000 * 9);
  bytes.write('dd', 0, 'hex');
  bytes.writeUInt32BE(99_000, 1);
  for (const [index, time] of history(99_000).entries()) {
    bytes[5 + index * 9] = 0xcb;
    bytes.writeDoubleBE(time, 6 + index * 9);
  }
  await redis.set(KEY, bytes);
  await take(1);
  await redis.config('RESETSTAT');
  for (let time = 0; time < 10; time++) t.match(await take(100_000), { admitted: true });
  const [, calls, usec] =
    /^cmdstat_evalsha:calls=(\d+),usec=(\d+)/m.exec(await redis.info('commandstats')) ?? [];
  t.equal(calls, '10');
  t.comment(`${Number(usec) / 10} microseconds a call with 99 000 admissions`);
  t.ok(Number(usec) / 10 < 50_000, 'a tenth of what it costs to look at each');
});
