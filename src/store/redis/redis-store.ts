import type { Result } from 'ioredis';
import { type Clock, systemClock } from '../../core/clock.ts';
import { type Maybe, then } from '../../core/maybe.ts';
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
import { RecordCache } from './record-cache.ts';
import type { RedisAddress } from './redis-url.ts';
import { reasonOf } from './reply-error.ts';
import { TAKE } from './take.ts';
import { TAKE_DJANGO } from './take-django.ts';
import { ThrottleLogs } from './throttle-logs.ts';
import { Tracking } from './tracking.ts';

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
    posternTake(
      keyCount: number,
      ...keysAndArguments: (string | number)[]
    ): Result<(number | string)[], Context>;
    posternTakeDjango(
      key: string,
      now: number | '',
      limit: number,
      window: number,
    ): Result<number[], Context>;
  }
}

/** What PTTL answers for a key that does not expire, and for one that is not there. */
const NO_EXPIRY = -1;
const GONE = -2;

/** State in Redis, shared by every gateway that uses the same one. */
export class RedisStore implements Store {
  readonly kind = 'redis';
  private readonly connection: Connection;
  private readonly tracking: Tracking;
  private readonly cache: RecordCache;
  private readonly reader: RecordReader;
  private readonly logs: ThrottleLogs;

  constructor({ address, log, clock, commandTimeoutMs = 150 }: RedisOptions) {
    this.cache = new RecordCache(clock ?? systemClock);
    this.tracking = new Tracking({
      address,
      log,
      commandTimeoutMs,
      begun: () => this.cache.open(),
      lost: () => this.cache.close(),
      changed: (keys) => (keys ? this.cache.forget(keys) : this.cache.forgetAll()),
    });
    this.connection = new Connection({
      address,
      log,
      commandTimeoutMs,
      up: (redis) => this.tracking.up(redis),
      down: () => this.tracking.down(),
      scripts: {
        posternRead: { lua: READ, numberOfKeys: 1 },
        posternTake: { lua: TAKE },
        posternTakeDjango: { lua: TAKE_DJANGO, numberOfKeys: 1 },
      },
    });
    this.reader = new RecordReader(this.connection);
    this.logs = new ThrottleLogs(this.connection, () => (clock ? clock.now() * 1_000 : ''));
  }

  read(key: string): Maybe<Stored | undefined> {
    return then(this.readConfirmed(key), (confirmed) => confirmed?.value);
  }

  readConfirmed(key: string): Maybe<Confirmed | undefined> {
    return this.cache.get(key, (tracked) => this.confirm(key, tracked));
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
      return await this.logs.take(requests);
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
    this.tracking.close();
    this.connection.close();
  }

  private async confirm(key: string, tracked: boolean): Promise<Confirmed | undefined> {
    try {
      const [value, left] = await Promise.all([
        this.reader.read(key, tracked),
        this.connection.run((redis) => redis.pttl(key)),
      ]);
      if (value === undefined || left === GONE) return undefined;
      return { value, leftMs: left === NO_EXPIRY ? Number.POSITIVE_INFINITY : Math.max(left, 0) };
    } catch (error) {
      throw unavailable(error);
    }
  }
}

function unavailable(error: unknown): Error {
  if (error instanceof StoreUnavailable || error instanceof UnreadableRecord) return error;
  return new StoreUnavailable(reasonOf(error));
}
