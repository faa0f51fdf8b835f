import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import { type Gateway, OwnClock, startGateway } from './gateway.ts';
import { type Response, request } from './raw.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { until } from './until.ts';
import { startUpstream, type Upstream, type UpstreamOptions } from './upstream.ts';

export type Headers = Readonly<Record<string, string | readonly string[]>>;

export interface Stage {
  upstream: Upstream;
  gateway: Gateway;
  /** Stands still; throttles on both stores count by it. */
  clock: OwnClock;
  /** One request on a connection of its own: `ask('GET /books/1', { Authorization: 'Token x' })`. */
  ask(line: string, headers?: Headers, body?: string): Promise<Response>;
}

export interface StageOptions {
  upstream?: UpstreamOptions;
  env?: Record<string, string>;
  /** What the store holds, by key: text, or an object that stands for JSON. */
  records?: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch at which the clock stands; default the moment of the start. */
  now?: number;
  /** Where the records and the counters are; without one, in the gateway. */
  redis?: Redis;
}

/** A gateway in this process with a recording upstream called `shop`; both end with the test. */
export async function setStage(t: Test, yaml: string, options: StageOptions = {}): Promise<Stage> {
  const { records = {}, redis } = options;
  const upstream = await startUpstream(options.upstream);
  t.teardown(() => upstream.close());
  const clock = new OwnClock(options.now ?? Date.now());
  const shop = /^upstreams:/m.test(yaml) ? '' : `upstreams: { shop: "${upstream.url}" }\n`;
  const state = redis ? '' : `store: memory\nrecords: ${JSON.stringify(records)}\n`;
  if (redis) await fill(redis, records);
  const gateway = await startGateway(`${shop}${state}${yaml}`, {
    clock,
    env: { SHOP: upstream.url, ...options.env },
    ...(redis && { redisUrl: `redis://${redis.options.host}:${redis.options.port}` }),
  });
  t.teardown(() => gateway.close());
  // It serves at once, and is ready when its Redis is.
  if (redis) await until(async () => (await fetch(`${gateway.adminUrl}/readyz`)).ok);
  return {
    upstream,
    gateway,
    clock,
    ask: (line, headers, body) => ask(gateway.port, line, headers, body),
  };
}

async function fill(redis: Redis, records: Readonly<Record<string, unknown>>): Promise<void> {
  await redis.flushall();
  for (const [key, value] of Object.entries(records))
    await redis.set(key, typeof value === 'string' ? value : JSON.stringify(value));
}

/** Sends `GET /path` with a Host header of its own unless one is given. */
export function ask(port: number, line: string, headers: Headers = {}, body?: string): Promise<Response> {
  const hosted = Object.keys(headers).some((name) => name.toLowerCase() === 'host');
  const lines = Object.entries({
    ...(hosted ? {} : { Host: `127.0.0.1:${port}` }),
    ...headers,
    ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
  }).flatMap(([name, given]) => [given].flat().map((value) => `${name}: ${value}\r\n`));
  const head = `${line} HTTP/1.1\r\n${lines.join('')}\r\n`;
  const bytes = Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')]);
  return request(port, bytes, { noBody: line.startsWith('HEAD ') });
}

/** The members of a JSON reply. */
export function json({ body }: Response): Record<string, unknown> {
  return JSON.parse(body.toString()) as Record<string, unknown>;
}

/** Sets the stage on one of the two stores. */
export type StageSetter = (t: Test, yaml: string, options?: StageOptions) => Promise<Stage>;

let server: RedisServer | undefined;

/** A client of this file's own Redis. */
export async function redisClient(t: Test): Promise<Redis> {
  server ??= await startRedis();
  const redis = new Redis(server.url);
  t.teardown(() => redis.disconnect());
  return redis;
}

/** The same test twice: on a real Redis and on the embedded store. */
export function onBothStores(name: string, run: (t: Test, stage: StageSetter) => Promise<void>): void {
  t.test(`${name} (memory)`, (t) => run(t, setStage));
  t.test(`${name} (redis)`, async (t) => {
    const redis = await redisClient(t);
    await run(t, (t, yaml, options) => setStage(t, yaml, { ...options, redis }));
  });
}

t.teardown(() => server?.stop());
