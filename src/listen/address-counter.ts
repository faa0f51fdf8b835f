import { LRUCache } from 'lru-cache';
import type { Rate } from '../core/rate.ts';

interface Count {
  /** The window's number since the epoch. */
  window: number;
  current: number;
  previous: number;
}

/** Addresses remembered at once; 100,000 of them take some 15 MB. */
const MOST = 100_000;

/**
 * Counts per address in this process: this window's count plus what of the last window's still reaches into the
 * sliding one. Cheap and bounded; never out by more than an uneven last window makes it.
 */
export class AddressCounter {
  /** Its cost does not rise when it is full, as that of a Map does from which the oldest is removed. */
  private readonly counts = new LRUCache<string, Count>({ max: MOST });
  private readonly rate: Rate;

  constructor(rate: Rate) {
    this.rate = rate;
  }

  /** Milliseconds until `address` may go on if it sends nothing before; 0 when it may now. */
  wait(address: string, now: number): number {
    const { limit, windowMs } = this.rate;
    const { current, previous } = this.at(address, now);
    const into = now % windowMs;
    if (current + previous * (1 - into / windowMs) < limit) return 0;
    // The count that slides out, in this window or in the next, has to leave room for one.
    const [sliding, fixed, over] = current < limit ? [previous, current, 0] : [current, 0, windowMs];
    const gone = limit === 0 ? 1 : 1 - (limit - fixed) / sliding;
    return Math.floor(over + gone * windowMs - into) + 1;
  }

  /** Whether `address` was counted in this window or the last. */
  knows(address: string, now: number): boolean {
    const { current, previous } = this.at(address, now);
    return current + previous > 0;
  }

  add(address: string, now: number): void {
    const count = this.at(address, now);
    count.current++;
    this.counts.set(address, count);
  }

  private at(address: string, now: number): Count {
    const window = Math.floor(now / this.rate.windowMs);
    const count = this.counts.get(address);
    if (!count || count.window < window - 1) return { window, current: 0, previous: 0 };
    if (count.window === window) return count;
    return { window, current: 0, previous: count.current };
  }
}
