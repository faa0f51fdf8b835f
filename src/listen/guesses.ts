import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.ts';
import type { Ending, Matched } from '../core/exchange.ts';
import { then } from '../core/maybe.ts';
import type { Rate } from '../core/rate.ts';
import { Refusal } from '../core/refusal.ts';
import type { Step } from '../core/words.ts';
import { AddressCounter } from './address-counter.ts';
import { tooMany } from './too-many.ts';

/** Requests whose refusal is remembered, and for how long, in milliseconds: a credential may become valid. */
const MOST = 10_000;
const REMEMBERED_MS = 1_000;

/**
 * Counts refused credentials that could have been guessed. A guess beyond the limit is answered 429: where an address
 * has tried too many different ones, and where it has tried one of them too often. A valid credential passes, unless
 * the limit is strict.
 */
export class Guesses {
  private readonly clock: Clock;
  private readonly strict: boolean;
  /** Different guesses, by address. */
  private readonly different: AddressCounter;
  /** How often an address has tried each. */
  private readonly repeated: AddressCounter;
  private readonly refused = new LRUCache<string, { until: number; waitUntil: number }>({ max: MOST });

  constructor(rate: Rate, strict: boolean, clock: Clock) {
    this.clock = clock;
    this.strict = strict;
    this.different = new AddressCounter(rate);
    this.repeated = new AddressCounter(rate);
  }

  watch(authenticate: Step): Step {
    return {
      name: 'authenticate',
      run: (exchange, trace) =>
        this.before(exchange) ??
        then(authenticate.run(exchange, trace), (ending) => this.after(exchange, ending)),
    };
  }

  /** What needs no look-up: the very request that was refused a moment ago and, where strict, any of the address. */
  private before(exchange: Matched): Refusal | undefined {
    const now = this.clock.now();
    if (this.strict) {
      const waitMs = this.different.wait(exchange.clientKey, now);
      if (waitMs > 0) return tooManyGuesses(waitMs);
    }
    if (this.refused.size === 0) return undefined;
    const known = this.refused.get(requestKey(exchange));
    return known && now < known.until ? tooManyGuesses(known.waitUntil - now) : undefined;
  }

  private after(exchange: Matched, ending: Ending | undefined): Ending | undefined {
    if (!(ending instanceof Refusal) || ending.guess === undefined) return ending;
    const now = this.clock.now();
    const { clientKey: address } = exchange;
    const guess = `${address} ${ending.guess}`;
    const isNew = !this.repeated.knows(guess, now);
    const waitMs = isNew ? this.different.wait(address, now) : this.repeated.wait(guess, now);
    if (waitMs > 0) {
      this.refused.set(requestKey(exchange), { until: now + REMEMBERED_MS, waitUntil: now + waitMs });
      return tooManyGuesses(waitMs);
    }
    this.repeated.add(guess, now);
    if (isNew) this.different.add(address, now);
    return ending;
  }
}

function tooManyGuesses(waitMs: number): Refusal {
  return tooMany('too_many_failed_logins', 'too many refused credentials from this address', waitMs);
}

/** All that authenticators read of a request, and who sent it. */
function requestKey({ clientKey, route, target, rawHeaders }: Matched): string {
  const hash = createHash('sha256').update(JSON.stringify([route.id, target.path, target.query, rawHeaders]));
  return `${clientKey} ${hash.digest('base64')}`;
}
