import { createHash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { DurationText, parseDuration } from '../core/duration.ts';
import type { Matched } from '../core/exchange.ts';
import type { Identity } from '../core/identity.ts';
import { type Maybe, then } from '../core/maybe.ts';
import type { Stored } from '../core/store.ts';
import { InactiveUser, readUser } from '../core/user.ts';
import {
  type Answer,
  type Authenticator,
  accept,
  type Deny,
  deny,
  type Part,
  type Tools,
} from '../core/words.ts';
import { credentialAt, findCredential, type Place, placeOf, placeOptions, variesBy } from './credential.ts';
import { type CsrfCheck, CsrfOptions, csrfCheck } from './csrf.ts';
import { parseRecord } from './record.ts';
import { Remembered } from './remembered.ts';

const CHARSETS = {
  hex: '[0-9a-f]',
  alphanumeric: '[A-Za-z0-9]',
  base64url: '[A-Za-z0-9_-]',
  uuid: '[0-9a-f-]',
  token: '[A-Za-z0-9._~+/=-]',
} as const;

const options = Type.Object(
  {
    type: Type.Literal('redis-token'),
    ...placeOptions,
    csrf: Type.Optional(CsrfOptions),
    sliding: Type.Optional(
      DurationText('The expiry that each success sets anew. Default: it is left as it is.'),
    ),
    key: Type.Optional(
      Type.String({
        pattern: '\\{(token|sha256)\\}',
        patternErrorMessage: 'a key holds {token} or {sha256}: token:{token}',
        description:
          'The Redis key: `{token}` is the credential, `{sha256}` the hex of its SHA-256. Default: `token:{token}`.',
      }),
    ),
    charset: Type.Optional(
      Type.Union(
        (Object.keys(CHARSETS) as (keyof typeof CHARSETS)[]).map((name) => Type.Literal(name)),
        {
          description:
            'What a token is made of; any other is refused before Redis is asked. Default: `token` (RFC 6750 characters), or `hex` when `key` is the bare `{token}`.',
        },
      ),
    ),
    detail: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "What a client with an unknown token reads: your app's own words. Default: Invalid token.",
      }),
    ),
    length: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 4096,
        description:
          'The exact length of a token. Default: any up to 512, or 40 when `key` is the bare `{token}`.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Opaque tokens whose user stands in Redis: a JSON object, a hash, or a bare user id. */
export const redisToken: Part<typeof options, Authenticator> = {
  name: 'redis-token',
  summary: 'An opaque token; its user is looked up in Redis, as a JSON object, a hash or a bare user id.',
  schema: options,
  needsStore: () => true,
  create: (given, tools) => new RedisToken(given, tools),
};

class RedisToken implements Authenticator {
  name = redisToken.name;
  readonly identifies = true;
  readonly challenge: string;
  readonly vary: string | undefined;
  private readonly place: Place;
  private readonly key: string;
  private readonly wellFormed: RegExp;
  private readonly records: Remembered;
  private readonly csrf: CsrfCheck;
  private readonly slidingMs: number | undefined;
  private readonly detail: string;
  private readonly tools: Tools;

  constructor(given: Static<typeof options>, tools: Tools) {
    this.tools = tools;
    this.csrf = csrfCheck(given.csrf);
    this.slidingMs = given.sliding === undefined ? undefined : parseDuration(given.sliding);
    this.records = new Remembered(tools.store, tools.clock);
    this.detail = given.detail ?? 'Invalid token.';
    this.place = placeOf(given, 'Token');
    this.vary = variesBy(this.place);
    this.challenge = this.place.scheme ?? 'Token';
    this.key = given.key ?? 'token:{token}';
    // Without a prefix a token could name any key of the database, so its form is fixed.
    const bare = this.key === '{token}';
    const charset = CHARSETS[given.charset ?? (bare ? 'hex' : 'token')];
    const length = given.length ?? (bare ? 40 : undefined);
    this.wellFormed = new RegExp(`^${charset}{${length ?? '1,512'}}$`);
  }

  authenticate(exchange: Matched): Maybe<Answer> {
    const token = findCredential(exchange, this.place);
    if (typeof token !== 'string') return token;
    if (!this.wellFormed.test(token)) return this.unknown('malformed token');
    const staleMs = exchange.route.onStoreError.staleMs;
    const key = this.keyOf(token);
    return then(this.records.read(key, staleMs), (stored) => {
      if (stored === undefined || isEmpty(stored)) return this.unknown('no such token');
      return then(this.recordOf(stored, staleMs), (record) => this.accept(exchange, record, key));
    });
  }

  private unknown(reason: string): Deny {
    return deny(reason, this.detail);
  }

  private keyOf(token: string): string {
    return this.key.replace(/\{(token|sha256)\}/, (_, name) =>
      name === 'token' ? token : createHash('sha256').update(token).digest('hex'),
    );
  }

  /** Where the token names no more than an id, the rest is looked up, if the file says where. */
  private recordOf(stored: Stored, staleMs: number): Maybe<Readonly<Record<string, unknown>> | undefined> {
    const record = parseRecord(stored);
    const { users } = this.tools;
    const bare = users && Object.keys(record).length === 1 && record.id !== undefined;
    return bare ? users.find(String(record.id), staleMs) : record;
  }

  private accept(
    exchange: Matched,
    record: Readonly<Record<string, unknown>> | undefined,
    key: string,
  ): Answer {
    if (!record) return this.unknown('the token names a user who does not exist');
    let identity: Identity;
    try {
      const user = readUser(record, this.tools.fields);
      identity = { user, authenticated: true, by: this.name, credential: credentialAt(this.place) };
    } catch (error) {
      if (!(error instanceof InactiveUser)) throw error;
      return deny('user is inactive', 'User inactive or deleted.');
    }
    const refused = this.place.in === 'cookie' ? this.csrf(exchange) : undefined;
    if (refused) return refused;
    return accept(identity, this.slidingMs === undefined ? undefined : { renew: key, ttlMs: this.slidingMs });
  }
}

/** Apps that log out by overwriting leave an empty value behind. */
function isEmpty(stored: Stored): boolean {
  return stored instanceof Uint8Array && stored.byteLength === 0;
}
