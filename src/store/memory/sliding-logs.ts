import { LRUCache } from 'lru-cache';
import type { Taken, TakeRequest } from '../../core/store.ts';

/** Logs that are kept at once, and the memory that they may take together, in bytes. */
export const MOST_LOGS = 100_000;
export const MOST_BYTES = 32 * 1_048_576;

/** A log tells this many moments of a window apart; beyond, admissions are taken for up to a ten-thousandth later. */
const MOST_MOMENTS = 10_000;

/**
 * The admitted requests of one key: when the log expires, how many there are, then the moments of admission, oldest first
 * and never falling, each followed by how many were admitted then. One flat array takes a quarter of what objects do.
 */
type Log = number[];

/** Where the moments begin. */
const FIRST = 2;
/** Longer logs are changed in place; of shorter ones an exact copy is made, since arrays that grow reserve much. */
const SHORT = 64;
/** How many logs are looked at for expiry with each question, so that expired ones make room without a timer. */
const SWEEP = 2;

/**
 * The sliding-log algorithm in memory, bounded: when there are too many logs, that which was asked longest ago is
 * dropped, and its key counts from zero.
 */
export class SlidingLogs {
  private readonly logs: LRUCache<string, Log>;
  private bytes = 0;
  private now = Number.NEGATIVE_INFINITY;

  /** @param evicted told of each log that was dropped while it still counted */
  constructor(evicted: () => void) {
    this.logs = new LRUCache({
      max: MOST_LOGS,
      dispose: (log, key, reason) => {
        this.bytes -= sizeOf(key, log);
        if (reason === 'evict' && expiryOf(log) > this.now) evicted();
      },
    });
  }

  take({ key, limit, windowMs }: TakeRequest, now: number): Taken {
    this.now = now;
    this.sweep();
    const found = this.logs.get(key);
    const log = found && expiryOf(found) > now ? found : [now, 0];
    const gone = expired(log, now - windowMs);
    const count = (log[1] ?? 0) - countUpTo(log, gone);
    // A refusal changes nothing, not even what is too old: another limit may count this key in a longer window.
    if (count >= limit) {
      const waitMs = waitFor(log, { from: gone, excess: count - limit, windowMs, now });
      return { admitted: false, waitMs, remaining: 0 };
    }
    const step = limit > MOST_MOMENTS ? windowMs / MOST_MOMENTS : 0;
    const moment = step === 0 ? now : Math.ceil(now / step) * step;
    this.keep(key, log, gone, { moment, expiresAt: now + windowMs, count: count + 1 });
    return { admitted: true, waitMs: 0, remaining: limit - count - 1 };
  }

  /**
   * Records an admission. A clock that was set back records the newest moment again: as in DRF, nothing counts for
   * less long than what was admitted before it.
   */
  private keep(
    key: string,
    log: Log,
    gone: number,
    at: { moment: number; expiresAt: number; count: number },
  ): void {
    const newest = log.length > gone ? (log[log.length - 2] ?? 0) : Number.NEGATIVE_INFINITY;
    const more = at.moment > newest ? [at.moment, 1] : [];
    const before = this.logs.peek(key) === log ? sizeOf(key, log) : undefined;
    let next = log;
    if (before === undefined || log.length < SHORT) next = log.slice(gone - FIRST).concat(more);
    else {
      log.splice(FIRST, gone - FIRST);
      log.push(...more);
    }
    if (more.length === 0) next[next.length - 1] = (next[next.length - 1] ?? 0) + 1;
    next[0] = at.expiresAt;
    next[1] = at.count;
    if (next === log) this.bytes += sizeOf(key, next) - (before ?? 0);
    else {
      this.bytes += sizeOf(key, next);
      this.logs.set(key, next);
    }
    while (this.bytes > MOST_BYTES && this.logs.size > 1) this.logs.pop();
  }

  private sweep(): void {
    for (let looked = 0; looked < SWEEP; looked++) {
      const [key, log] = this.logs.rentries().next().value ?? [];
      if (typeof key !== 'string' || !Array.isArray(log) || expiryOf(log) > this.now) return;
      this.logs.delete(key);
    }
  }
}

function expiryOf(log: Log): number {
  return log[0] ?? 0;
}

/** Where the moments begin that are later than `edge`. */
function expired(log: Log, edge: number): number {
  let low = 0;
  let high = (log.length - FIRST) / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[FIRST + middle * 2] ?? 0) <= edge) low = middle + 1;
    else high = middle;
  }
  return FIRST + low * 2;
}

function countUpTo(log: Log, end: number): number {
  let count = 0;
  for (let at = FIRST + 1; at < end; at += 2) count += log[at] ?? 0;
  return count;
}

interface Refused {
  /** Where in the log the window begins. */
  from: number;
  /** How many more are in the window than the limit. */
  excess: number;
  windowMs: number;
  now: number;
}

/**
 * Milliseconds until one more may be admitted: until as many have left as are too many, and one more. Never longer
 * than the window, whatever the clock did: by then the log has expired.
 */
function waitFor(log: Log, { from, excess, windowMs, now }: Refused): number {
  let left = excess + 1;
  for (let at = from; at < log.length; at += 2) {
    left -= log[at + 1] ?? 0;
    if (left <= 0) return Math.min(Math.max((log[at] ?? 0) + windowMs - now, 1), windowMs);
  }
  return windowMs;
}

/** Bytes that a log takes, as measured, its key and its place in the cache included; what grows reserves a quarter more. */
function sizeOf(key: string, log: Log): number {
  return 160 + key.length + log.length * (log.length < SHORT ? 8 : 10);
}
