import { Redis, type Result } from 'ioredis';
import type { Clock } from '../../core/clock.ts';
import {
  type Confirmed,
  type Store,
  type Stored,
  StoreUnavailable,
  type Taken,
  type TakeRequest,
} from '../../core/store.ts';
import { UnreadableRecord } from '../../core/user.ts';
import type { Log } from '../../core/words.ts';
import { Breaker } from './breaker.ts';
import { inTime, TooLate } from './in-time.ts';
import { TAKE } from './take.ts';
import { TAKE_DJANGO } from './take-django.ts';

export interface RedisOptions {
  /** `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS. */
  url: string;
  log: Log;
  /** Counts by this clock instead of Redis's own; tests own one. */
  clock?: Clock | undefined;
  /** How long one command may take, in milliseconds. Default 150: a request that waits for two is refused within 300. */
  commandTimeoutMs?: number;
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    posternTake(keyCount: number, ...keysAndArguments: (string | number)[]): Result<number[], Context>;
    posternTakeDjango(
      key: string,
      now: number | '',
      limit: number,
      window: number,
    ): Result<number[], Context>;
  }
}

/** PTTL's answer for a key that does not expire; -2 is for one that is gone. */
const NO_EXPIRY = -1;

/** Milliseconds between attempts to connect: short, because every request is refused meanwhile. */
const RECONNECT_MS = 200;
/** A connection on which nothing arrives for this long, though something should, leads nowhere. */
const SILENT_MS = 5_000;
/** After a failover a connection may still lead to what is a replica now; a new one is tried no more often than this. */
const FAILOVER_MS = 5_000;

/** State in Redis, shared by every gateway that uses the same one. */
export class RedisStore implements Store {
  readonly kind = 'redis';
  private readonly redis: Redis;
  private readonly clock: Clock | undefined;
  private readonly breaker: Breaker;
  private readonly first: Promise<void>;
  private readonly commandTimeoutMs: number;
  private readOnlyAt = Number.NEGATIVE_INFINITY;

  constructor({ url, log, clock, commandTimeoutMs = 150 }: RedisOptions) {
    this.clock = clock;
    this.commandTimeoutMs = commandTimeoutMs;
    // A command is tried once: sent again after a reconnect it would count twice, and queued it would be late.
    this.redis = new Redis(url, {
      socketTimeout: SILENT_MS,
      connectTimeout: 1_000,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      retryStrategy: () => RECONNECT_MS,
      reconnectOnError: (error) => this.leadsToReplica(error),
      scripts: { posternTake: { lua: TAKE }, posternTakeDjango: { lua: TAKE_DJANGO, numberOfKeys: 1 } },
    });
    this.breaker = new Breaker({
      probe: () => inTime(this.redis.ping(), commandTimeoutMs),
      reconnect: () => this.redis.disconnect(true),
    });
    this.first = new Promise((resolve) => {
      this.redis.once('ready', () => resolve()).once('error', () => resolve());
    });
    tellOfOutages(this.redis, log);
  }

  async read(key: string): Promise<Stored | undefined> {
    try {
      return (await this.ask(() => this.redis.getBuffer(key))) ?? undefined;
    } catch (error) {
      if (!isWrongType(error)) throw unavailable(error);
    }
    return this.readHash(key);
  }

  async readConfirmed(key: string): Promise<Confirmed | undefined> {
    const [value, leftMs] = await Promise.all([this.read(key), this.leftOf(key)]);
    return value === undefined ? undefined : { value, leftMs };
  }

  async expire(key: string, ttlMs: number): Promise<void> {
    try {
      await this.ask(() => this.redis.pexpire(key, ttlMs));
    } catch (error) {
      throw unavailable(error);
    }
  }

  async take(requests: readonly TakeRequest[]): Promise<Taken[]> {
    const now = this.clock ? this.clock.now() * 1_000 : '';
    const own = requests.filter(({ django }) => !django);
    const django = requests.filter((request) => request.django);
    try {
      const [taken, djangoTaken] = await Promise.all([
        this.takeOwn(own, now),
        Promise.all(django.map((request) => this.takeDjango(request, now))),
      ]);
      const answers = new Map([...own.entries()].map(([at, request]) => [request, taken[at]]));
      for (const [at, request] of django.entries()) answers.set(request, djangoTaken[at]);
      return requests.map((request) => answers.get(request) ?? short());
    } catch (error) {
      throw unavailable(error);
    }
  }

  private async takeOwn(requests: readonly TakeRequest[], now: number | ''): Promise<Taken[]> {
    if (requests.length === 0) return [];
    const keys = requests.map(({ key }) => key);
    const rates = requests.flatMap(({ limit, windowMs }) => [limit, windowMs * 1_000]);
    const answer = await this.ask(() => this.redis.posternTake(keys.length, ...keys, now, ...rates));
    return requests.map((_, index) => readTaken(answer, index * 3));
  }

  private async takeDjango({ key, limit, windowMs }: TakeRequest, now: number | ''): Promise<Taken> {
    return readTaken(
      await this.ask(() => this.redis.posternTakeDjango(key, now, limit, windowMs * 1_000)),
      0,
    );
  }

  settled(): Promise<void> {
    return this.first;
  }

  ready(): Promise<boolean> {
    return this.ask(() => this.redis.ping()).then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    this.breaker.close();
    this.redis.disconnect();
  }

  private ask<T>(command: () => Promise<T>): Promise<T> {
    // The library would say the same in words about its own options.
    if (this.redis.status !== 'ready') return Promise.reject(new StoreUnavailable('not connected'));
    return this.breaker.run(() => inTime(command(), this.commandTimeoutMs), isTimeout);
  }

  private leadsToReplica(error: Error): boolean {
    const now = performance.now();
    if (!error.message.includes('READONLY') || now - this.readOnlyAt < FAILOVER_MS) return false;
    this.readOnlyAt = now;
    return true;
  }

  private async leftOf(key: string): Promise<number> {
    try {
      const left = await this.ask(() => this.redis.pttl(key));
      if (left === NO_EXPIRY) return Number.POSITIVE_INFINITY;
      return Math.max(left, 0);
    } catch (error) {
      throw unavailable(error);
    }
  }

  private async readHash(key: string): Promise<Stored | undefined> {
    try {
      const fields = await this.ask(() => this.redis.hgetall(key));
      return Object.keys(fields).length > 0 ? fields : undefined;
    } catch (error) {
      if (isWrongType(error)) throw new UnreadableRecord('the key holds neither text nor a hash');
      throw unavailable(error);
    }
  }
}

/** Says once that Redis is unreachable and why, and once that it is back. */
function tellOfOutages(redis: Redis, log: Log): void {
  let down = '';
  redis.on('error', (error: Error) => {
    const reason = reasonOf(error);
    if (reason !== down) log.warn({ reason }, 'redis is unreachable');
    down = reason;
  });
  redis.on('ready', () => {
    down = '';
    log.info({}, 'redis is ready');
  });
}

function readTaken(answer: readonly number[], at: number): Taken {
  const [admitted, wait, remaining] = answer.slice(at, at + 3);
  if (admitted === undefined || wait === undefined || remaining === undefined) return short();
  return { admitted: admitted === 1, waitMs: wait / 1_000, remaining };
}

function short(): never {
  throw new StoreUnavailable('the throttle script gave a short answer');
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

function isWrongType(error: unknown): boolean {
  return error instanceof Error && isReply(error) && error.message.startsWith('WRONGTYPE');
}

function isTimeout(error: unknown): boolean {
  return error instanceof TooLate;
}

function unavailable(error: unknown): StoreUnavailable {
  return error instanceof StoreUnavailable ? error : new StoreUnavailable(reasonOf(error));
}

/** The first words only: an error of ioredis may quote the command, and so the credential in its key. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (isReply(error)) return /^[A-Z]+/.exec(error.message)?.[0] ?? 'ERR';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message.slice(0, 60);
}
