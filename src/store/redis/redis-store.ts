import { Redis, type Result } from 'ioredis';
import type { Clock } from '../../core/clock.ts';
import { type Store, type Stored, StoreUnavailable, type Taken, type TakeRequest } from '../../core/store.ts';
import type { Log } from '../../core/words.ts';
import { TAKE } from './take.ts';

export interface RedisOptions {
  /** `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS. */
  url: string;
  log: Log;
  /** Counts by this clock instead of Redis's own; tests own one. */
  clock?: Clock | undefined;
  /** How long one command may take, in milliseconds. Default 250. */
  commandTimeoutMs?: number;
}

declare module 'ioredis' {
  interface RedisCommander<Context> {
    posternTake(keyCount: number, ...keysAndArguments: (string | number)[]): Result<number[], Context>;
  }
}

/** Milliseconds between attempts to reconnect: short, because every request is refused meanwhile. */
const RECONNECT_MS = 200;

/** State in Redis, shared by every gateway that uses the same one. */
export class RedisStore implements Store {
  readonly kind = 'redis';
  private readonly redis: Redis;
  private readonly clock: Clock | undefined;

  constructor({ url, log, clock, commandTimeoutMs = 250 }: RedisOptions) {
    this.clock = clock;
    // A command is tried once: sent again after a reconnect it would count twice, and queued it would be late.
    this.redis = new Redis(url, {
      commandTimeout: commandTimeoutMs,
      connectTimeout: 2_000,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      retryStrategy: () => RECONNECT_MS,
      scripts: { posternTake: { lua: TAKE } },
    });
    let down = '';
    this.redis.on('error', (error: Error) => {
      const reason = reasonOf(error);
      if (reason !== down) log.warn({ reason }, 'redis is unreachable');
      down = reason;
    });
    this.redis.on('ready', () => {
      down = '';
      log.info({}, 'redis is ready');
    });
  }

  async read(key: string): Promise<Stored | undefined> {
    try {
      return (await this.redis.get(key)) ?? undefined;
    } catch (error) {
      if (!isWrongType(error)) throw unavailable(error);
    }
    return this.readHash(key);
  }

  private async readHash(key: string): Promise<Stored | undefined> {
    try {
      const fields = await this.redis.hgetall(key);
      return Object.keys(fields).length > 0 ? fields : undefined;
    } catch (error) {
      throw unavailable(error);
    }
  }

  async take(requests: readonly TakeRequest[]): Promise<Taken[]> {
    const keys = requests.map(({ key }) => key);
    const rates = requests.flatMap(({ limit, windowMs }) => [limit, windowMs * 1_000]);
    const now = this.clock ? this.clock.now() * 1_000 : '';
    try {
      const answer = await this.redis.posternTake(keys.length, ...keys, now, ...rates);
      return requests.map((_, index) => readTaken(answer, index * 3));
    } catch (error) {
      throw unavailable(error);
    }
  }

  ready(): Promise<boolean> {
    return this.redis.ping().then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }
}

function readTaken(answer: readonly number[], at: number): Taken {
  const [admitted, wait, remaining] = answer.slice(at, at + 3);
  if (admitted === undefined || wait === undefined || remaining === undefined) {
    throw new StoreUnavailable('the throttle script gave a short answer');
  }
  return { admitted: admitted === 1, waitMs: wait / 1_000, remaining };
}

function isWrongType(error: unknown): boolean {
  return error instanceof Error && isReply(error) && error.message.startsWith('WRONGTYPE');
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

function unavailable(error: unknown): StoreUnavailable {
  return new StoreUnavailable(reasonOf(error));
}

/** The first words only: an error of ioredis may quote the command, and so the credential in its key. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (isReply(error)) return /^[A-Z]+/.exec(error.message)?.[0] ?? 'ERR';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message.slice(0, 60);
}
