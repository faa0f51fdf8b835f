import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.ts';
import { type Maybe, then } from '../core/maybe.ts';
import { type Store, type Stored, StoreUnavailable } from '../core/store.ts';

interface Memory {
  value: Stored;
  confirmedAt: number;
  /** When the store would have forgotten it, in milliseconds since the epoch. */
  expiresAt: number;
}

/** Credentials remembered at once, and bytes of their records. */
const MOST = 10_000;
const MOST_BYTES = 64 << 20;

/** One memory per store: what one authenticator learns of a key, all that read it know. */
const memories = new WeakMap<Store, LRUCache<string, Memory>>();

function memoriesOf(store: Store): LRUCache<string, Memory> {
  const made =
    memories.get(store) ??
    new LRUCache<string, Memory>({ max: MOST, maxSize: MOST_BYTES, sizeCalculation: sizeOf });
  memories.set(store, made);
  return made;
}

function sizeOf({ value }: Memory, key: string): number {
  if (value instanceof Uint8Array) return key.length + value.byteLength;
  const fields = Object.entries(value).map(([name, text]) => name.length + text.length);
  return fields.reduce((sum, length) => sum + length, key.length);
}

/**
 * Reads records, and remembers those that the store confirmed, for routes that go on with them while the store is
 * down (`on_store_error: stale …`). What the store has revoked is forgotten, and nothing outlives its own expiry.
 */
export class Remembered {
  private readonly memories: LRUCache<string, Memory>;
  private readonly store: Store;
  private readonly clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.store = store;
    this.memories = memoriesOf(store);
    this.clock = clock;
  }

  /** @param staleMs how long ago the store may have confirmed it, when it cannot be asked; 0 accepts nothing old */
  read(key: string, staleMs: number): Maybe<Stored | undefined> {
    // What another route remembers is kept up to date by all, so that whoever learns of a revocation tells it.
    if (staleMs === 0 && !this.memories.has(key)) return this.store.read(key);
    return this.readOrRemember(key, staleMs);
  }

  private async readOrRemember(key: string, staleMs: number): Promise<Stored | undefined> {
    const askedAt = this.clock.now();
    try {
      return await then(this.store.readConfirmed(key), (confirmed) => {
        if (!confirmed) {
          this.memories.delete(key);
          return undefined;
        }
        this.memories.set(key, {
          value: confirmed.value,
          confirmedAt: askedAt,
          expiresAt: askedAt + confirmed.leftMs,
        });
        return confirmed.value;
      });
    } catch (error) {
      const memory = this.memories.get(key);
      const now = this.clock.now();
      const usable = memory && staleMs > 0 && now - memory.confirmedAt <= staleMs && now < memory.expiresAt;
      if (error instanceof StoreUnavailable && usable) return memory.value;
      throw error;
    }
  }
}
