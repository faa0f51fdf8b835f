import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/clock.ts';
import type { Maybe } from '../../core/maybe.ts';
import type { Confirmed, Stored } from '../../core/store.ts';

/** Records that are kept at once, and their bytes together. */
const MOST = 100_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** What a key and its bookkeeping take beside the value, in bytes, roughly. */
const OVERHEAD = 200;
/** Keys that are known not to be there. Strangers choose them, so they have a bound of their own. */
const MOST_ABSENT = 10_000;
const ABSENT_MS = 1_000;
/** Milliseconds after which a record is read anew though nothing was heard of it. */
const LONGEST_MS = 60_000;

interface Known {
  readonly value: Stored;
  /** By the clock of this process: never later than the store's own expiry. */
  readonly expiresAt: number;
  readonly readAt: number;
}

interface Reading {
  promise: Promise<Confirmed | undefined>;
  /** Something was heard of the key since it was asked for: the answer may be older than that. */
  stale: boolean;
}

/**
 * Records that were read, for as long as the store is sure to tell when one changes. While it is not (`close`d),
 * nothing is kept. A record that is asked for many times at once is read once.
 */
export class RecordCache {
  private readonly clock: Clock;
  private readonly known = new LRUCache<string, Known>({
    max: MOST,
    maxSize: MOST_BYTES,
    sizeCalculation: ({ value }, key) => OVERHEAD + key.length + sizeOf(value),
  });
  private readonly absent = new LRUCache<string, number>({ max: MOST_ABSENT });
  private readonly reading = new Map<string, Reading>();
  private isOpen = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** From now on every change of what is read is heard of. */
  open(): void {
    this.isOpen = true;
  }

  /** Changes may be missed from now on: everything is forgotten. */
  close(): void {
    this.isOpen = false;
    this.forgetAll();
  }

  /** The record, from memory where it is known; `read` asks the store, `tracked` to be told when it changes. */
  get(key: string, read: (tracked: boolean) => Promise<Confirmed | undefined>): Maybe<Confirmed | undefined> {
    const now = this.clock.now();
    const known = this.known.get(key);
    if (known && now < known.expiresAt && now - known.readAt < LONGEST_MS)
      return { value: known.value, leftMs: known.expiresAt - now };
    const absentSince = this.absent.get(key);
    if (absentSince !== undefined && now - absentSince < ABSENT_MS) return undefined;
    return (this.reading.get(key) ?? this.read(key, now, read)).promise;
  }

  /** Something was heard of keys: a change, an expiry. */
  forget(keys: readonly string[]): void {
    for (const key of keys) {
      this.known.delete(key);
      this.absent.delete(key);
      const reading = this.reading.get(key);
      if (reading) reading.stale = true;
      this.reading.delete(key);
    }
  }

  forgetAll(): void {
    this.known.clear();
    this.absent.clear();
    for (const reading of this.reading.values()) reading.stale = true;
    this.reading.clear();
  }

  private read(
    key: string,
    now: number,
    read: (tracked: boolean) => Promise<Confirmed | undefined>,
  ): Reading {
    const reading: Reading = { promise: read(this.isOpen), stale: !this.isOpen };
    this.reading.set(key, reading);
    reading.promise.then(
      (confirmed) => this.learn(key, now, reading, confirmed),
      () => this.done(key, reading),
    );
    return reading;
  }

  private learn(key: string, now: number, reading: Reading, confirmed: Confirmed | undefined): void {
    this.done(key, reading);
    if (reading.stale || !this.isOpen) return;
    if (confirmed === undefined) this.absent.set(key, now);
    else this.known.set(key, { value: confirmed.value, expiresAt: now + confirmed.leftMs, readAt: now });
  }

  private done(key: string, reading: Reading): void {
    if (this.reading.get(key) === reading) this.reading.delete(key);
  }
}

function sizeOf(value: Stored): number {
  if (value instanceof Uint8Array) return value.byteLength;
  let size = 0;
  for (const [name, text] of Object.entries(value)) size += name.length + text.length;
  return size;
}
