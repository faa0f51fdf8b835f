import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import type { Clock } from '../../core/clock.ts';
import { shownUrl } from '../../core/source-url.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { Log, Tools } from '../../core/words.ts';
import { FetchFailed, fetchDocument } from '../fetch-document.ts';
import { readKeySet } from './key-set.ts';

/** The key set cannot be had, so a token cannot be judged: 503, never 401. */
export class KeysUnavailable extends Unavailable {
  override name = 'KeysUnavailable';
}

/** Keys are fetched anew after this, in the background. */
const FRESH_MS = 10 * 60_000;
/** While the issuer is down, keys are used for this long after they were last fetched. */
const STALE_MS = 60 * 60_000;
/** No two fetches for an unknown `kid` are closer than this, however many such tokens come. */
const COOL_DOWN_MS = 30_000;
/** After a failed fetch the next is tried no sooner. */
const RETRY_MS = 1_000;
const FETCH = {
  accept: 'application/jwk-set+json, application/json',
  largest: 512 << 10,
  timeoutMs: 3_000,
};

type Pick = ReturnType<typeof createLocalJWKSet>;

/** A JWK Set at a URL: one fetch in flight, a cool-down for unknown keys, bounded use of old keys when the issuer is down. */
export class RemoteKeys {
  private readonly url: URL;
  private readonly clock: Clock;
  private readonly log: Log;
  private known: Pick | undefined;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;
  /** Why the last fetch failed; undefined when it did not. */
  private failure: string | undefined;
  private fetching: Promise<void> | undefined;

  constructor(url: URL, { clock, log }: Tools) {
    this.url = url;
    this.clock = clock;
    this.log = log;
  }

  /**
   * The key for a token's header.
   *
   * @throws KeysUnavailable when no usable set is at hand; JWKSNoMatchingKey (jose) when the set has no such key
   */
  async pick(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const age = this.clock.now() - this.fetchedAt;
    if (age > STALE_MS) await this.refresh();
    else if (age > FRESH_MS) void this.refresh();
    const known = this.usable();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await this.refresh(COOL_DOWN_MS);
    if (this.failure !== undefined)
      throw new KeysUnavailable(`the key set has no such key and cannot be fetched again: ${this.failure}`);
    return this.usable()(header, token);
  }

  private usable(): Pick {
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
      this.known = createLocalJWKSet(keysIn(await fetchDocument(this.url, FETCH)));
      this.fetchedAt = this.clock.now();
      this.failure = undefined;
    } catch (error) {
      this.failure = error instanceof FetchFailed ? error.message : 'not a JWK Set with public keys';
      this.log.warn({ jwks: shownUrl(this.url), reason: this.failure }, 'key set not fetched');
    }
  }
}

function keysIn(document: Buffer | undefined): JSONWebKeySet {
  if (document === undefined) throw new FetchFailed('status 404');
  return readKeySet(JSON.parse(document.toString()));
}
