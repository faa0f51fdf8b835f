import { createHash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { DurationText, parseDuration } from '../core/duration.ts';
import type { Matched } from '../core/exchange.ts';
import { type Maybe, then } from '../core/maybe.ts';
import type { Stored } from '../core/store.ts';
import { bareIdOf, INACTIVE, idOf, readUser } from '../core/user.ts';
import type { UserRecord, Users } from '../core/users.ts';
import {
  type Answer,
  type Authenticator,
  accept,
  type Deny,
  deny,
  type Part,
  skip,
  type Tools,
} from '../core/words.ts';
import { completed } from './completed.ts';
import { credentialAt, findCredential, type Place, placeOf, placeOptions, variesBy } from './credential.ts';
import { type CsrfCheck, CsrfOptions, csrfCheck } from './csrf.ts';
import { parseRecord } from './record.ts';
import { Remembered } from './remembered.ts';
import { chosenUsers } from './users-choice.ts';

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
    users: Type.Optional(
      Type.Union(
        [
          Type.Boolean(),
          Type.Literal('merge'),
          Type.String(),
          Type.Object(
            { merge: Type.String({ description: 'The name of the source.' }) },
            { additionalProperties: false },
          ),
        ],
        {
          description:
            'Where users are looked up: true for the source of the file, the name of one, or false for none. A record with no more than an id is looked up; with `merge`, or `{ merge: NAME }`, every record is completed, and rights come from the source alone. Default: true, if the file has a source.',
        },
      ),
    ),
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
    claim: Type.Optional(
      Type.Literal('form', {
        description:
          'Tokens that are not of this `charset` and `length` are left to the next authenticator. Default: they are refused.',
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
  /** Tokens of another form are not its own. */
  private readonly selects: boolean;
  private readonly records: Remembered;
  private readonly csrf: CsrfCheck;
  private readonly slidingMs: number | undefined;
  private readonly detail: string;
  private readonly users: Users | undefined;
  /** Every record is completed, and not only a bare id. */
  private readonly merges: boolean;
  private readonly tools: Tools;

  constructor(given: Static<typeof options>, tools: Tools) {
    this.tools = tools;
    this.csrf = csrfCheck(given.csrf);
    this.slidingMs = given.sliding === undefined ? undefined : parseDuration(given.sliding);
    this.records = new Remembered(tools.store, tools.clock);
    this.merges = given.users === 'merge' || typeof given.users === 'object';
    this.users =
      typeof given.users === 'object'
        ? chosenUsers(given.users.merge, true, tools, ['users', 'merge'])
        : chosenUsers(this.merges || given.users, true, tools);
    this.detail = given.detail ?? 'Invalid token.';
    this.place = placeOf(given, 'Token');
    this.vary = variesBy(this.place);
    this.challenge = this.place.scheme ?? 'Token';
    this.key = given.key ?? 'token:{token}';
    // Without a prefix a token could name any key of the database, so its form is fixed.
    const bare = this.key === '{token}';
    const charset = CHARSETS[given.charset ?? (bare ? 'hex' : 'token')];
    const length = given.length ?? (bare ? 40 : undefined);
    this.selects = given.claim === 'form';
    this.wellFormed = new RegExp(`^${charset}{${length ?? '1,512'}}$`);
  }

  authenticate(exchange: Matched): Maybe<Answer> {
    const token = findCredential(exchange, this.place);
    if (typeof token !== 'string') return token;
    if (!this.wellFormed.test(token))
      return this.selects ? skip('a token of another form') : this.unknown('malformed token', token);
    const staleMs = exchange.route.onStoreError.staleMs;
    const key = this.keyOf(token);
    return then(this.records.read(key, staleMs), (stored) => {
      if (stored === undefined || isEmpty(stored)) return this.unknown('no such token', token);
      return then(this.recordOf(stored, staleMs), (record) => this.accept(exchange, record, key));
    });
  }

  private unknown(reason: string, guess?: string): Deny {
    return { ...deny(reason, this.detail), guess };
  }

  private keyOf(token: string): string {
    return this.key.replace(/\{(token|sha256)\}/, (_, name) =>
      name === 'token' ? token : createHash('sha256').update(token).digest('hex'),
    );
  }

  /** The record of the token's user, looked up or completed as the file says; undefined when there is no such user. */
  private recordOf(stored: Stored, staleMs: number): Maybe<UserRecord | undefined> {
    const record = parseRecord(stored);
    const { users } = this;
    const id = idOf(record);
    if (!users) return record;
    if (id === undefined) return saysNobody(record) ? undefined : record;
    if (bareIdOf(record) !== undefined) return users.find(id, staleMs);
    // A token that was made inactive is refused, whatever the source says of its user.
    if (!this.merges || readUser(record, this.tools.fields) === INACTIVE) return record;
    return then(
      users.find(id, staleMs),
      (known) => known && completed(record, known, record.scopes ?? known.scopes),
    );
  }

  private accept(exchange: Matched, record: UserRecord | undefined, key: string): Answer {
    if (!record) return this.unknown('the token names a user who does not exist');
    const user = readUser(record, this.tools.fields);
    if (user === INACTIVE) return deny('user is inactive', 'User inactive or deleted.');
    const refused = this.place.in === 'cookie' ? this.csrf(exchange) : undefined;
    if (refused) return refused;
    const identity = { user, authenticated: true, by: this.name, credential: credentialAt(this.place) };
    return accept(identity, this.slidingMs === undefined ? undefined : { renew: key, ttlMs: this.slidingMs });
  }
}

/** `{"id": null}` is a token of nobody; any other record without an id is unreadable. */
function saysNobody(record: UserRecord): boolean {
  return record.id === null && Object.keys(record).length === 1;
}

/** Apps that log out by overwriting leave an empty value behind. */
function isEmpty(stored: Stored): boolean {
  return stored instanceof Uint8Array && stored.byteLength === 0;
}
