import type { Maybe } from './maybe.ts';
import { Unavailable } from './unavailable.ts';

/** A stored value: its bytes, or the fields of a hash. */
export type Stored = Uint8Array | Readonly<Record<string, string>>;

/** A stored value, and how long it will stand, in milliseconds; Infinity without an expiry. */
export interface Confirmed {
  value: Stored;
  leftMs: number;
}

/** One question to a sliding log: may `key` take one more? */
export interface TakeRequest {
  key: string;
  /** How many may be admitted in any window; 0 admits none. */
  limit: number;
  windowMs: number;
  /** Where and as DRF keeps it, so that an app and the gateway count together. */
  django?: boolean;
}

/** The answer: `waitMs` is how long until one more may be admitted, 0 when this one was. */
export interface Taken {
  admitted: boolean;
  waitMs: number;
  remaining: number;
}

/** Where state lives. The only two: `redis` and `memory`. Every method throws `StoreUnavailable` when it cannot answer. */
export interface Store {
  readonly kind: 'redis' | 'memory';
  /** The bytes or hash at `key`; undefined where there is none. */
  read(key: string): Maybe<Stored | undefined>;
  /** As `read`, with the time that the value has left. */
  readConfirmed(key: string): Maybe<Confirmed | undefined>;
  /** Sets anew how long the value at `key` stands; a key that is gone stays gone. */
  expire(key: string, ttlMs: number): Maybe<void>;
  /**
   * Asks all the logs at once, atomically, with the store's own clock. Each records the request if it
   * admits it, whatever the others say, and records nothing if it refuses (DRF's meaning).
   */
  take(requests: readonly TakeRequest[]): Maybe<Taken[]>;
  /** Resolves once it is known whether it answers: a gateway that starts beside its store need not refuse its first requests. */
  settled(): Promise<void>;
  /** True when it can be asked now. */
  ready(): Maybe<boolean>;
  close(): Promise<void>;
}

/** The store did not answer, or answered with an error. Never means "no such credential". */
export class StoreUnavailable extends Unavailable {
  override name = 'StoreUnavailable';
}
