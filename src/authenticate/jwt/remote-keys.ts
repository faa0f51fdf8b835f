import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
} from 'jose';
import type { Clock } from '../../core/clock.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { Log, Tools } from '../../core/words.ts';
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
const FETCH_TIMEOUT_MS = 3_000;
const LARGEST_SET = 512 * 1024;

type Pick = ReturnType<typeof createLocalJWKSet>;

/** A JWK Set at a URL: one fetch in flight, a cool-down for unknown keys, bounded use of old keys when the issuer is down. */
export class RemoteKeys {
  private readonly url: URL;
  private readonly clock: Clock;
  private readonly log: Log;
  private known: Pick | undefined;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;
  private failed = false;
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
    if (this.failed) throw new KeysUnavailable('the key set has no such key and cannot be fetched anew');
    return this.usable()(header, token);
  }

  private usable(): Pick {
    if (!this.known || this.clock.now() - this.fetchedAt > STALE_MS)
      throw new KeysUnavailable('no key set at hand');
    return this.known;
  }

  private refresh(coolDownMs = RETRY_MS): Promise<void> {
    const wait = this.failed ? RETRY_MS : coolDownMs;
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
      const response = await fetch(this.url, {
        headers: { accept: 'application/jwk-set+json, application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
      this.known = createLocalJWKSet(readKeySet(JSON.parse(await boundedText(response))));
      this.fetchedAt = this.clock.now();
      this.failed = false;
    } catch (error) {
      this.failed = true;
      this.log.warn(
        { jwks: this.url.href, reason: error instanceof Error ? error.message : 'unknown' },
        'key set not fetched',
      );
    }
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_SET) throw new Error('larger than 512 KB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
