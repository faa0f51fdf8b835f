import type { Result } from 'ioredis';
import type { Clock } from '../../core/clock.ts';
import {
  type Confirmed,
  type Store,
  type Stored,
  StoreUnavailable,
  type Taken,
  type TakeRequest,
} from '../../core/store.ts';
import { UnreadableRecord } from '../../core/unreadable.ts';
import type { Log } from '../../core/words.ts';
import { Connection } from './connection.ts';
import { READ, RecordReader } from './read.ts';
import type { RedisAddress } from './redis-url.ts';
import { reasonOf } from './reply-error.ts';
import { TAKE } from './take.ts';
import { TAKE_DJANGO } from './take-django.ts';
import { ThrottleLogs } from './throttle-logs.ts';

export interface RedisOptions {
  address: RedisAddress;
  log: Log;
  /** Counts by this clock instead of Redis's own; tests own one. */
  clock?: Clock | undefined;
  /** How long one command may take, in milliseconds. Default 150: a request that waits for two is refused within 300. */
  commandTimeoutMs?: number;
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    posternReadBuffer(
      key: string,
      largest: number,
      mostFields: number,
    ): Result<Buffer | Buffer[] | number | null, Context>;
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

/** State in Redis, shared by every gateway that uses the same one. */
export class RedisStore implements Store {
  readonly kind = 'redis';
  private readonly connection: Connection;
  private readonly reader: RecordReader;
  private readonly logs: ThrottleLogs;
  private readonly clock: Clock | undefined;

  constructor({ address, log, clock, commandTimeoutMs = 150 }: RedisOptions) {
    this.clock = clock;
    this.connection = new Connection({
      address,
      log,
      commandTimeoutMs,
      scripts: {
        posternRead: { lua: READ, numberOfKeys: 1 },
        posternTake: { lua: TAKE },
        posternTakeDjango: { lua: TAKE_DJANGO, numberOfKeys: 1 },
      },
    });
    this.reader = new RecordReader(this.connection);
    this.logs = new ThrottleLogs(this.connection);
  }

  async read(key: string): Promise<Stored | undefined> {
    try {
      return await this.reader.read(key);
    } catch (error) {
      throw unavailable(error);
    }
  }

  async readConfirmed(key: string): Promise<Confirmed | undefined> {
    const [value, leftMs] = await Promise.all([this.read(key), this.leftOf(key)]);
    return value === undefined ? undefined : { value, leftMs };
  }

  async expire(key: string, ttlMs: number): Promise<void> {
    try {
      await this.connection.run((redis) => redis.pexpire(key, ttlMs));
    } catch (error) {
      throw unavailable(error);
    }
  }

  async take(requests: readonly TakeRequest[]): Promise<Taken[]> {
    try {
      return await this.logs.take(requests, this.clock ? this.clock.now() * 1_000 : '');
    } catch (error) {
      throw unavailable(error);
    }
  }

  settled(): Promise<void> {
    return this.connection.settled();
  }

  ready(): Promise<boolean> {
    return this.connection.ready();
  }

  async close(): Promise<void> {
    this.connection.close();
  }

  private async leftOf(key: string): Promise<number> {
    try {
      const left = await this.connection.run((redis) => redis.pttl(key));
      if (left === NO_EXPIRY) return Number.POSITIVE_INFINITY;
      return Math.max(left, 0);
    } catch (error) {
      throw unavailable(error);
    }
  }
}

function unavailable(error: unknown): Error {
  if (error instanceof StoreUnavailable || error instanceof UnreadableRecord) return error;
  return new StoreUnavailable(reasonOf(error));
}
