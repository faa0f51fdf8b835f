import type { Clock } from '../../core/clock.ts';
import type { Maybe } from '../../core/maybe.ts';
import { shownUrl } from '../../core/source-url.ts';
import type { Log, Tools } from '../../core/words.ts';
import { FetchFailed, fetchDocument } from '../fetch-document.ts';
import { type KeySet, readKeySet, type VerificationKey } from './jwk.ts';
import { fittingKeys, type KeyChoice, type KeySource, KeysUnavailable } from './key-source.ts';

/** Keys are fetched anew after this, in the background. */
const FRESH_MS = 10 * 60_000;
/** While the issuer is down, keys are used for this long after they were last fetched. */
const STALE_MS = 60 * 60_000;
/** No two fetches for tokens that no key fits are closer than this, however many such tokens come. */
const COOL_DOWN_MS = 30_000;
/** After a failed fetch the next is tried no sooner. */
const RETRY_MS = 1_000;
const FETCH = {
  accept: 'application/jwk-set+json, application/json',
  largest: 512 << 10,
  timeoutMs: 3_000,
};

/** A JWK Set at a URL: one fetch in flight, a cool-down for unknown keys, bounded use of old keys when the issuer is down. */
export class RemoteKeys implements KeySource {
  private readonly url: URL;
  private readonly clock: Clock;
  private readonly log: Log;
  private known: readonly VerificationKey[] | undefined;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;
  /** Why the last fetch failed; undefined when it did not. */
  private failure: string | undefined;
  private fetching: Promise<void> | undefined;
  /** What the log was told of the keys in the set that cannot be used. */
  private told: ReadonlySet<string> = new Set();

  constructor(url: URL, { clock, log }: Pick<Tools, 'clock' | 'log'>) {
    this.url = url;
    this.clock = clock;
    this.log = log;
  }

  find(choice: KeyChoice): Maybe<readonly VerificationKey[]> {
    const age = this.clock.now() - this.fetchedAt;
    if (age > STALE_MS) return this.refresh().then(() => fittingKeys(this.usable(), choice));
    if (age > FRESH_MS) void this.refresh();
    return fittingKeys(this.usable(), choice);
  }

  /** An issuer may change its key without changing its name, or have none; so this is not for unknown names alone. */
  async findNew(choice: KeyChoice, tried: readonly VerificationKey[]): Promise<readonly VerificationKey[]> {
    await this.refresh(COOL_DOWN_MS);
    const known = choice.kid !== undefined && tried.some(({ kid }) => kid === choice.kid);
    if (this.failure !== undefined && !known)
      throw new KeysUnavailable(`the key set has no such key and cannot be fetched again: ${this.failure}`);
    return fittingKeys(this.usable(), choice).filter((key) => !tried.includes(key));
  }

  private usable(): readonly VerificationKey[] {
    if (!this.known || this.clock.now() - this.fetchedAt > STALE_MS)
      throw new KeysUnavailable(`no key set: ${this.failure ?? 'not fetched yet'}`);
    return this.known;
  }

  private refresh(coolDownMs = RETRY_MS): Promise<void> {
    const wait = this.failure !== undefined ? RETRY_MS : coolDownMs;
    if (!this.fetching && this.clock.now() - this.triedAt >= wait) {
      this.triedAt = this.clock.now();
      this.fetching = this.fetch().finally(() => {
        this.fetching = undefined;
      });
    }
    return this.fetching ?? Promise.resolve();
  }

  private async fetch(): Promise<void> {
    try {
      const set = keySetIn(await fetchDocument(this.url, FETCH));
      this.known = set.keys;
      this.fetchedAt = this.clock.now();
      this.failure = undefined;
      this.warnOf(set);
    } catch (error) {
      this.failure = error instanceof FetchFailed ? error.message : 'not a JWK Set with public keys';
      this.log.warn({ jwks: shownUrl(this.url), reason: this.failure }, 'key set not fetched');
    }
  }

  /** Tells once of each key that cannot be used, and not again as long as it is in the set. */
  private warnOf({ unusable }: KeySet): void {
    const reasons = new Set(unusable.map(({ name, reason }) => `key ${name} ${reason}`));
    for (const reason of reasons) {
      if (!this.told.has(reason))
        this.log.warn({ jwks: shownUrl(this.url), reason }, 'key of a key set not used');
    }
    this.told = reasons;
  }
}

function keySetIn(document: Buffer | undefined): KeySet {
  if (document === undefined) throw new FetchFailed('status 404');
  const set = readKeySet(JSON.parse(document.toString()));
  if (!set) throw new FetchFailed('not a JWK Set with public keys');
  return set;
}
