import { createHmac, randomBytes } from 'node:crypto';
import { BoundedMap } from '../core/bounded-map.ts';
import type { Clock } from '../core/clock.ts';
import type { Maybe } from '../core/maybe.ts';
import { HashersBusy, verify } from '../django/hashers/index.ts';

/** How long a password that was right is believed without asking again: a check costs 100 ms and more. */
const BELIEVED_MS = 30_000;
/** Right passwords remembered at once. */
const MOST = 10_000;
/** Checks at a time; at 300 ms each on four threads the last one waits three seconds. */
const MOST_CHECKING = 40;

/**
 * Checks passwords, and remembers for half a minute which were right. What is remembered is a hash, under a key that
 * lives in this process only, of all that the check read: name, password and stored hash. A changed password is
 * therefore another question.
 */
export class PasswordCheck {
  private readonly clock: Clock;
  private readonly secret = randomBytes(32);
  private readonly right = new BoundedMap<string, number>(MOST);
  private readonly checking = new Map<string, Promise<boolean>>();
  /** Somebody's hash: what nobody's password costs as much as. */
  private like: string | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * False for a wrong password, and for no hash at all (undefined or empty) after the same work.
   *
   * @throws UnusableHash, HashersBusy
   */
  check(username: string, password: string, encoded: string | undefined): Maybe<boolean> {
    const key = this.keyOf(username, password, encoded ?? '');
    const age = this.clock.now() - (this.right.get(key) ?? Number.NEGATIVE_INFINITY);
    if (age >= 0 && age < BELIEVED_MS) return true;
    return this.checking.get(key) ?? this.ask(key, password, encoded);
  }

  /** The same question is asked once, however many requests wait for its answer. */
  private ask(key: string, password: string, encoded: string | undefined): Promise<boolean> {
    if (this.checking.size >= MOST_CHECKING) throw new HashersBusy('too many passwords are being checked');
    const asked = this.verify(key, password, encoded).finally(() => this.checking.delete(key));
    this.checking.set(key, asked);
    return asked;
  }

  private async verify(key: string, password: string, encoded: string | undefined): Promise<boolean> {
    const matches = await verify(password, encoded, this.like);
    if (encoded && !encoded.startsWith('!')) this.like = encoded;
    if (matches) this.right.set(key, this.clock.now());
    return matches;
  }

  private keyOf(...parts: readonly string[]): string {
    return createHmac('sha256', this.secret).update(JSON.stringify(parts)).digest('base64');
  }
}
