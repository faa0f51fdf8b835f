import type { Cost } from './cost.ts';
import type { HashSpec } from './hash-job.ts';
import type { UnusableHash } from './unusable-hash.ts';

/** A stored hash that was read and can be checked. */
export interface StoredHash {
  readonly spec: HashSpec;
  readonly cost: Cost;
  /** The bytes that are hashed for a password. */
  bytesOf(password: string): Uint8Array;
  /** False for passwords that never match, although they are hashed as others are. Default: true for all. */
  accepts?(password: string): boolean;
}

/** One of Django's password hash algorithms. */
export interface Hasher {
  /** What an encoded password starts with, before its first `$`. */
  readonly name: string;
  /**
   * Reads a hash; the bounds on its cost are not applied yet.
   *
   * @param encoded as in the `password` field of Django's users, `name$…`
   */
  read(encoded: string): StoredHash | UnusableHash;
}
