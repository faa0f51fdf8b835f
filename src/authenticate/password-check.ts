import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.ts';
import type { Maybe } from '../core/maybe.ts';
import {
  costlier,
  DEFAULT_HASH,
  readHash,
  type StoredHash,
  UnusableHash,
  verify,
} from '../django/hashers/index.ts';

/** How long a password that was right is believed without asking again: a check costs 100 ms and more. */
const BELIEVED_MS = 30_000;
/** Right passwords remembered at once. */
const MOST = 10_000;

/** A password that a client sent, and what is stored of its user. */
export interface Guess {
  username: string;
  password: string;
  /** The stored hash; undefined or empty where there is none to check, or its user may not log in. */
  encoded: string | undefined;
  /** The client's address: clients take turns. */
  client: string;
}

/**
 * Checks passwords, and remembers for half a minute which were right. What is remembered is a hash, under a key that
 * lives in this process only, of all that the check read: name, password and stored hash. A changed password is
 * therefore another question.
 *
 * Whatever is wrong takes as long as the costliest hash of these users: the time does not tell which users exist.
 */
export class PasswordCheck {
  private readonly clock: Clock;
  private readonly secret = randomBytes(32);
  private readonly right = new LRUCache<string, number>({ max: MOST });
  private readonly checking = new Map<string, Promise<boolean | UnusableHash>>();
  private costliest: StoredHash;

  /** @param costliest of these users, where their hashes are known beforehand; default: Django's default */
  constructor(clock: Clock, costliest: StoredHash = DEFAULT_HASH) {
    this.clock = clock;
    this.costliest = costliest;
  }

  /**
   * True for the right password, false for a wrong one or none. UnusableHash: no password can be right.
   *
   * @throws HashersBusy, HashersFailed
   */
  check({ username, password, encoded = '', client }: Guess): Maybe<boolean | UnusableHash> {
    const key = this.keyOf(username, password, encoded);
    const age = this.clock.now() - (this.right.get(key) ?? Number.NEGATIVE_INFINITY);
    if (age >= 0 && age < BELIEVED_MS) return true;
    return this.checking.get(key) ?? this.ask(key, password, encoded, client);
  }

  /** The same question is asked once, however many requests wait for its answer. */
  private ask(
    key: string,
    password: string,
    encoded: string,
    client: string,
  ): Promise<boolean | UnusableHash> {
    const asked = this.verify(key, password, encoded, client).finally(() => this.checking.delete(key));
    this.checking.set(key, asked);
    return asked;
  }

  private async verify(
    key: string,
    password: string,
    encoded: string,
    client: string,
  ): Promise<boolean | UnusableHash> {
    const read = readHash(encoded);
    const hash = isUsable(read) ? read : undefined;
    if (hash) this.costliest = costlier(this.costliest, hash);
    const matches = await verify(password, hash, { client, like: this.costliest });
    if (matches) this.right.set(key, this.clock.now());
    return read instanceof UnusableHash ? read : matches;
  }

  private keyOf(...parts: readonly string[]): string {
    return createHmac('sha256', this.secret).update(JSON.stringify(parts)).digest('base64');
  }
}

/** The hash whose check takes longest; undefined when none can be checked. */
export function costliestOf(hashes: readonly string[]): StoredHash | undefined {
  const usable = hashes.map(readHash).filter(isUsable);
  return usable.length > 0 ? usable.reduce(costlier) : undefined;
}

function isUsable(hash: StoredHash | UnusableHash | undefined): hash is StoredHash {
  return hash !== undefined && !(hash instanceof UnusableHash);
}
