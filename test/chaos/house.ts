import { createSecretKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import type { Test } from 'tap';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { key, mint } from '../support/jwt.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { answer, startUpstream, type Upstream } from '../support/upstream.ts';
import type { Shot } from './volley.ts';

/** A gateway of its own process with a Redis of its own, in front of an upstream that says back who was asking. */
export interface House {
  gateway: GatewayProcess;
  redis: RedisServer;
  upstream: Upstream;
  /** Good and bad tokens, JWTs and requests that need nobody, each counted under its own number. */
  shot(n: number): Shot;
  /** Whether a good token is let in now. */
  wellAgain(): Promise<boolean>;
}

/** How many good tokens there are. */
export const USERS = 50;

const SECRET = createSecretKey(Buffer.from(randomBytes(32).toString('hex')));

export async function openHouse(t: Test): Promise<House> {
  const redis = await startRedis();
  t.teardown(() => redis.kill());
  await fill(redis.url);
  const upstream = await startUpstream({
    reply: (request) =>
      answer(
        200,
        '',
        request.header('x-user').map((user) => ['X-Was', user]),
      ),
  });
  t.teardown(() => upstream.close());
  const gateway = await startGatewayProcess(
    `
guard: off
limits: { keep_alive: 5m }
upstreams: { back: '${upstream.url}' }
authenticators:
  token: { type: redis-token }
  jwt: { type: jwt, algorithms: [HS256], secret: '\${SECRET}' }
routes:
  - { id: orders, path: /orders/:n, authenticate: [token], throttle: { rate: 9/h, by: 'param:n' }, forward: back }
  - { id: signed, path: /signed/*, authenticate: [jwt, token], forward: back }
  - { id: open, path: /open/*, permit: anyone, forward: back }
`,
    { REDIS_URL: redis.url, SECRET: SECRET.export().toString() },
  );
  t.teardown(() => gateway.stop('SIGKILL'));
  await until(async () => (await fetch(`${gateway.adminUrl}/readyz`)).ok);
  const jwt = await mint({ ...key('HS256'), private: SECRET }, { sub: 'signed' });
  return {
    gateway,
    redis,
    upstream,
    shot: (n) => shot(n, jwt),
    wellAgain: async () => {
      const headers = { Authorization: 'Token good-1' };
      return (await fetch(`${gateway.url}/orders/again-${Math.random()}`, { headers })).status === 200;
    },
  };
}

function shot(n: number, jwt: string): Shot {
  const user = String((n * 7) % USERS);
  switch (n % 10) {
    case 0:
    case 1:
      return { kind: 'bad token', path: `/orders/${n}`, headers: { Authorization: `Token bad-${n}` } };
    case 2:
      return {
        kind: 'jwt',
        path: `/signed/${n}`,
        headers: { Authorization: `Bearer ${jwt}` },
        user: 'signed',
      };
    case 3:
      return { kind: 'anonymous', path: `/open/${n}` };
    default:
      return {
        kind: 'good token',
        path: `/orders/${n}`,
        headers: { Authorization: `Token good-${user}` },
        user,
      };
  }
}

/** Writes the tokens. */
export async function fill(url: string): Promise<void> {
  const client = new Redis(url);
  const pairs = Array.from({ length: USERS }, (_, id) => [`token:good-${id}`, JSON.stringify({ id })]).flat();
  await client.mset(...pairs);
  client.disconnect();
}

/** How often each request was counted, by its number. */
export async function countsOf(url: string): Promise<Map<string, number>> {
  const client = new Redis(url);
  const keys = await client.keys('postern:throttle:*');
  const counts = await Promise.all(keys.map((each) => client.llen(each)));
  client.disconnect();
  return new Map(keys.map((each, index) => [each.slice(each.lastIndexOf(':') + 1), counts[index] ?? 0]));
}

/** Stops a process as SIGSTOP does, and waits until it has stopped. */
export async function freeze(redis: RedisServer): Promise<void> {
  redis.pause();
  await until(() => /\) T /.test(readFileSync(`/proc/${redis.pid}/stat`, 'latin1')), { every: 1 });
}
