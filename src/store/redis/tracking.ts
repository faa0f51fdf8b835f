import { Redis } from 'ioredis';
import type { Log } from '../../core/words.ts';
import { libraryOptions } from './connection.ts';
import { identify } from './handshake.ts';
import { inTime } from './in-time.ts';
import type { RedisAddress } from './redis-url.ts';
import { reasonOf } from './reply-error.ts';

/** Where Redis tells of keys that changed, to clients that speak RESP2. */
const CHANNEL = '__redis__:invalidate';
/** How often the channel is asked whether it still leads anywhere, in milliseconds; so old may a missed change be. */
const ALIVE_MS = 500;
const RECONNECT_MS = 200;

export interface TrackingOptions {
  /** The same Redis as that of the connection on which records are read. */
  address: RedisAddress;
  /** Milliseconds until an answer must be there. */
  commandTimeoutMs: number;
  log: Log;
  /** From now on every change is told. */
  begun(): void;
  /** Changes may have been missed, or may be from now on. */
  lost(): void;
  /** Keys have changed; undefined for all of them. */
  changed(keys: readonly string[] | undefined): void;
}

/**
 * Client-side caching (`CLIENT TRACKING`): Redis remembers which keys a connection has read, and tells when one of
 * them changes, expires or is evicted. It tells on a connection of its own, since the client library drops such
 * messages on the first. When either connection breaks, nothing is sure any more.
 */
export class Tracking {
  private readonly options: TrackingOptions;
  private readonly channel: Redis;
  /** The channel's client id in Redis while it is subscribed. */
  private id: number | undefined;
  /** The connection on which records are read, while it is up. */
  private reader: Redis | undefined;
  private on = false;
  private told: string | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(options: TrackingOptions) {
    this.options = options;
    this.channel = new Redis({
      ...libraryOptions(options.address),
      retryStrategy: () => RECONNECT_MS,
    });
    // Its outages are those of the connection beside it, which says so.
    this.channel.on('error', () => {});
    this.channel.on('ready', () => void this.subscribe());
    this.channel.on('close', () => this.deaf());
    this.channel.on('messageBuffer', (_: Buffer, message: unknown) => this.hear(message));
    this.timer = setInterval(() => void this.alive(), ALIVE_MS);
    this.timer.unref();
  }

  /** The connection on which records are read is up. */
  up(reader: Redis): void {
    this.reader = reader;
    void this.start();
  }

  /** The connection on which records are read is down. */
  down(): void {
    this.reader = undefined;
    this.lose();
  }

  close(): void {
    clearInterval(this.timer);
    this.lose();
    this.channel.disconnect();
  }

  private async subscribe(): Promise<void> {
    const { address, commandTimeoutMs } = this.options;
    try {
      await inTime(identify(this.channel, address), commandTimeoutMs);
      const id = await inTime(this.channel.client('ID'), commandTimeoutMs);
      await inTime(this.channel.subscribe(CHANNEL), commandTimeoutMs);
      this.id = id;
      await this.start();
    } catch (error) {
      this.refused(error);
    }
  }

  private async start(): Promise<void> {
    const { id, reader } = this;
    if (id === undefined || !reader) return;
    try {
      // OPTIN: throttles are read too, and change with every request. Without NOLOOP: a connection that changes a key
      // itself is no longer told of it afterwards, whether or not it was told of its own change.
      const ordered = reader.client('TRACKING', 'ON', 'REDIRECT', id, 'OPTIN');
      await inTime(ordered, this.options.commandTimeoutMs);
    } catch (error) {
      this.refused(error);
      return;
    }
    if (id !== this.id || reader !== this.reader || this.on) return;
    this.on = true;
    this.told = undefined;
    this.options.begun();
  }

  private deaf(): void {
    this.id = undefined;
    this.lose();
  }

  private lose(): void {
    if (!this.on) return;
    this.on = false;
    this.options.lost();
  }

  private hear(message: unknown): void {
    const keys = Array.isArray(message) ? message.map(String) : undefined;
    this.options.changed(keys);
  }

  /** A channel that leads nowhere does not close by itself. */
  private async alive(): Promise<void> {
    if (this.id === undefined) return;
    try {
      await inTime(this.channel.ping(), ALIVE_MS);
    } catch {
      this.deaf();
      this.channel.disconnect(true);
    }
  }

  private refused(error: unknown): void {
    const reason = reasonOf(error);
    if (reason === this.told) return;
    this.told = reason;
    this.options.log.warn(
      { reason },
      'redis does not tell of changes: every record is read for every request',
    );
  }
}
