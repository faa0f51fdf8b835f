import type { Taken, TakeRequest } from '../../core/store.ts';
import { waitFor } from '../wait.ts';

interface Log {
  /** Oldest first. */
  times: number[];
  expiresAt: number;
}

/** How many logs are looked at for expiry with each question, so that memory stays bounded without a timer. */
const SWEEP = 4;

/** The sliding-log algorithm in memory: the times of the admitted requests of the last window, per key. */
export class SlidingLog {
  private readonly logs = new Map<string, Log>();
  private sweeper: IterableIterator<[string, Log]> = this.logs.entries();

  take({ key, limit, windowMs }: TakeRequest, now: number): Taken {
    this.sweep(now);
    const log = this.logs.get(key);
    const times = log && log.expiresAt > now ? log.times : [];
    let expired = 0;
    while (expired < times.length && (times[expired] ?? 0) <= now - windowMs) expired++;
    const count = times.length - expired;
    // A refusal changes nothing, not even what is too old: another limit may count this key in a longer window.
    if (count >= limit) {
      return {
        admitted: false,
        waitMs: waitFor({ oldest: times[expired], count, limit, windowMs, now }),
        remaining: 0,
      };
    }
    if (expired > 0) times.splice(0, expired);
    times.push(now);
    this.logs.set(key, { times, expiresAt: now + windowMs });
    return { admitted: true, waitMs: 0, remaining: limit - times.length };
  }

  clear(): void {
    this.logs.clear();
  }

  private sweep(now: number): void {
    for (let looked = 0; looked < SWEEP; looked++) {
      const next = this.sweeper.next();
      if (next.done) {
        this.sweeper = this.logs.entries();
        return;
      }
      const [key, log] = next.value;
      if (log.expiresAt <= now) this.logs.delete(key);
    }
  }
}
