import { isIP } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';
import { StoreUnavailable } from '../../core/store.ts';
import type { Log } from '../../core/words.ts';
import { handshake, probe, Refused } from './handshake.ts';
import { inTime, TooLate } from './in-time.ts';
import type { RedisAddress } from './redis-url.ts';
import { reasonOf, replyCode } from './reply-error.ts';

/** Milliseconds between attempts to connect: short, because every request is refused meanwhile. */
const RECONNECT_MS = 200;
/** How often a Redis that did not answer, or refused a step of connecting, is asked again. */
const AGAIN_MS = 200;
/** After so many times the connection itself is given up: it may lead nowhere. */
const TIMES_PER_CONNECTION = 10;
/** A connection on which nothing arrives for this long, though something should, leads nowhere. */
const SILENT_MS = 5_000;
/** After a failover a connection may still lead to what is a replica now; a new one is tried no more often than this. */
const FAILOVER_MS = 5_000;

export interface ConnectionOptions {
  address: RedisAddress;
  log: Log;
  /** How long one command may take, in milliseconds. */
  commandTimeoutMs: number;
  scripts: NonNullable<RedisOptions['scripts']>;
  /** Every step of connecting was accepted. */
  up(redis: Redis): void;
  down(): void;
}

/**
 * A connection to Redis. It is up once every step of connecting was accepted. One command without an answer in time
 * takes it down, so that requests are spared the wait, until the steps are accepted anew.
 */
export class Connection {
  private readonly options: ConnectionOptions;
  private readonly redis: Redis;
  private readonly first: Promise<void>;
  private firstKnown: () => void = () => {};
  /** Why it cannot be used; undefined while it is up. */
  private down: string | undefined = 'not connected';
  /** What the log says of it now. */
  private told: string | undefined;
  /** Counts the attempts, so that the outcome of a former one is known as such. */
  private round = 0;
  private timer: NodeJS.Timeout | undefined;
  private readOnlyAt = Number.NEGATIVE_INFINITY;

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.first = new Promise((resolve) => {
      this.firstKnown = resolve;
    });
    this.redis = new Redis({ ...libraryOptions(options.address), ...this.ownOptions() });
    this.redis.on('ready', () => this.begin('not connected'));
    this.redis.on('close', () => this.end());
    this.redis.on('error', (error: Error) => this.lost(error));
  }

  /**
   * Sends a command if the connection is up.
   *
   * @throws StoreUnavailable at once if it is not; TooLate; errors of the library
   */
  run<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    if (this.down !== undefined) return Promise.reject(new StoreUnavailable(this.down));
    const { round } = this;
    return inTime(command(this.redis), this.options.commandTimeoutMs).catch((error: unknown) => {
      if (error instanceof TooLate && round === this.round) {
        this.begin('does not answer');
        this.tell({ reason: 'does not answer' }, 'redis is unreachable');
      }
      throw error;
    });
  }

  /** True when values can be read now. */
  ready(): Promise<boolean> {
    return this.run(probe).then(
      () => true,
      () => false,
    );
  }

  /** Resolves once it is up, or was refused or lost for the first time. */
  settled(): Promise<void> {
    return this.first;
  }

  close(): void {
    this.end();
    this.redis.disconnect();
  }

  private ownOptions() {
    return {
      scripts: this.options.scripts,
      retryStrategy: () => RECONNECT_MS,
      reconnectOnError: (error: Error) => this.leadsToReplica(error),
    };
  }

  /** Takes the steps of connecting, again and again until they are accepted. */
  private begin(down: string): void {
    this.end(down);
    void this.attempt(this.round, 1);
  }

  private async attempt(round: number, time: number): Promise<void> {
    const { address, commandTimeoutMs } = this.options;
    try {
      await inTime(handshake(this.redis, address), commandTimeoutMs);
      if (round !== this.round) return;
      this.down = undefined;
      this.options.up(this.redis);
      this.tell({}, 'redis is ready');
    } catch (error) {
      if (round !== this.round) return;
      this.refused(error);
      if (time % TIMES_PER_CONNECTION === 0) this.redis.disconnect(true);
      else this.timer = setTimeout(() => void this.attempt(round, time + 1), AGAIN_MS);
    }
  }

  private refused(error: unknown): void {
    if (error instanceof Refused) {
      this.down = error.message;
      this.tell({ step: error.step, reason: error.reason }, 'redis refuses a step of connecting');
    } else this.tell({ reason: 'does not answer' }, 'redis is unreachable');
  }

  private end(down = 'not connected'): void {
    this.round++;
    if (this.down === undefined) this.options.down();
    this.down = down;
    clearTimeout(this.timer);
  }

  private lost(error: Error): void {
    // A SELECT before AUTH; the handshake selects the database after it.
    if (replyCode(error) !== undefined && commandOf(error) === 'select') return;
    this.tell({ reason: reasonOf(error) }, 'redis is unreachable');
  }

  /** Says once that Redis cannot be used and why, and once that it can be again. */
  private tell(fields: object, message: string): void {
    this.firstKnown();
    const said = JSON.stringify([fields, message]);
    if (said === this.told) return;
    this.told = said;
    if (this.down === undefined) this.options.log.info(fields, message);
    else this.options.log.warn(fields, message);
  }

  private leadsToReplica(error: Error): boolean {
    const now = performance.now();
    if (replyCode(error) !== 'READONLY' || now - this.readOnlyAt < FAILOVER_MS) return false;
    this.readOnlyAt = now;
    return true;
  }
}

/** What every connection has in common. */
export function libraryOptions({ at, tls, db }: RedisAddress) {
  const name = 'host' in at && isIP(at.host) === 0 ? { servername: at.host } : {};
  return {
    ...at,
    // Told, so that the library selects it again whenever it connects; whether that was accepted is for the handshake.
    db,
    ...(tls && { tls: name }),
    protocol: 2 as const,
    socketTimeout: SILENT_MS,
    connectTimeout: 1_000,
    // A command is tried once: sent again after a reconnect it would count twice, and queued it would be late.
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    disableClientInfo: true,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
  };
}

function commandOf(error: object): unknown {
  const command = 'command' in error ? error.command : undefined;
  return command !== null && typeof command === 'object' && 'name' in command ? command.name : undefined;
}
