import { timingSafeEqual } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { DurationText, parseDuration } from '../../core/duration.ts';
import type { Effect } from '../../core/exchange.ts';
import { then } from '../../core/maybe.ts';
import { type Store, type Stored, StoreUnavailable } from '../../core/store.ts';
import { UnreadableRecord } from '../../core/unreadable.ts';
import { decodeCacheValue } from '../../django/cache-value.ts';
import { Undecodable } from '../../django/undecodable.ts';
import type { Value } from '../../django/value.ts';
import { userKey } from '../user-id.ts';

export const SingleLoginOptions = Type.Object(
  {
    key: Type.String({
      pattern: '\\{id\\}',
      patternErrorMessage: 'a key with {id} in it, such as ":1:{id}"',
      description:
        "The Redis key of the newest token of a user: `:1:{id}` is what Django's cache makes of the id.",
    }),
    format: Type.Optional(
      Type.Union([Type.Literal('text'), Type.Literal('django'), Type.Literal('auto')], {
        description: 'How the token stands there: as it is, or as a Django cache writes it. Default: auto.',
      }),
    ),
    sliding: Type.Optional(
      DurationText('The expiry that each success sets anew. Default: it is left as it is.'),
    ),
  },
  {
    additionalProperties: false,
    description: 'One login per user: only the newest token counts, and a logout removes it.',
  },
);

const PRINTABLE = /^[ -~\s]*$/;
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Compares a verified token with the newest one of its user. */
export class SingleLogin {
  private readonly store: Store;
  private readonly key: string;
  private readonly format: 'text' | 'django' | 'auto';
  private readonly slidingMs: number | undefined;

  constructor({ key, format = 'auto', sliding }: Static<typeof SingleLoginOptions>, store: Store) {
    this.store = store;
    this.key = key;
    this.format = format;
    this.slidingMs = sliding === undefined ? undefined : parseDuration(sliding);
  }

  /**
   * Undefined when `token` is not the newest of the user, else what is to be renewed.
   *
   * @param signatureAlone while the store is down, the signature is enough
   * @throws StoreUnavailable, UnreadableRecord
   */
  async find(
    id: string,
    token: string,
    signatureAlone: boolean,
  ): Promise<{ effect: Effect | undefined } | undefined> {
    const key = userKey(this.key, id);
    if (key === undefined) return undefined;
    try {
      const newest = await then(this.store.read(key), (stored) => this.tokenIn(stored));
      if (newest === undefined || !same(newest, token)) return undefined;
      return { effect: this.slidingMs === undefined ? undefined : { renew: key, ttlMs: this.slidingMs } };
    } catch (error) {
      if (signatureAlone && error instanceof StoreUnavailable) return { effect: undefined };
      throw error;
    }
  }

  /** Undefined when no token counts. What cannot be read does not say so. */
  private tokenIn(stored: Stored | undefined): string | undefined {
    if (stored === undefined) return undefined;
    if (!(stored instanceof Uint8Array)) throw new UnreadableRecord('the newest token is a hash');
    if (stored.byteLength === 0) return undefined;
    const text = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString('latin1');
    if (this.format !== 'django' && COMPACT.test(text)) return text;
    if (this.format === 'text') {
      if (PRINTABLE.test(text)) return undefined;
      throw new UnreadableRecord('the newest token is not text');
    }
    const value = decoded(stored);
    return typeof value === 'string' ? value : undefined;
  }
}

function decoded(bytes: Uint8Array): Value {
  try {
    return decodeCacheValue(bytes);
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
    throw new UnreadableRecord(`the newest token cannot be decoded: ${error.message}`);
  }
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
