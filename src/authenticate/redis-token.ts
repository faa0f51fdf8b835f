import { createHash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import type { Exchange } from '../core/exchange.ts';
import type { Identity } from '../core/identity.ts';
import { type Maybe, then } from '../core/maybe.ts';
import type { Stored } from '../core/store.ts';
import { InactiveUser, readUser } from '../core/user.ts';
import { type Authenticator, type Part, type Tools, Unauthorized } from '../core/words.ts';
import { credentialAt, findCredential, type Place, placeOf, placeOptions } from './credential.ts';
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
    key: Type.Optional(
      Type.String({
        pattern: '\\{(token|sha256)\\}',
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
  needsStore: true,
  create: (given, tools) => new RedisToken(given, tools),
};

class RedisToken implements Authenticator {
  name = redisToken.name;
  readonly identifies = true;
  readonly challenge: string;
  private readonly place: Place;
  private readonly key: string;
  private readonly wellFormed: RegExp;
  private readonly records: Remembered;

  constructor(given: Static<typeof options>, tools: Tools) {
    this.records = new Remembered(tools.store, tools.clock);
    this.place = placeOf(given, 'Token');
    this.challenge = this.place.scheme ?? 'Token';
    this.key = given.key ?? 'token:{token}';
    // Without a prefix a token could name any key of the database, so its form is fixed.
    const bare = this.key === '{token}';
    const charset = CHARSETS[given.charset ?? (bare ? 'hex' : 'token')];
    const length = given.length ?? (bare ? 40 : undefined);
    this.wellFormed = new RegExp(`^${charset}{${length ?? '1,512'}}$`);
  }

  authenticate(exchange: Exchange): Maybe<Identity | Unauthorized | undefined> {
    const token = findCredential(exchange, this.place);
    if (typeof token !== 'string') return token;
    if (!this.wellFormed.test(token))
      return new Unauthorized('token has not the form of a token', 'Invalid token.');
    const staleMs = exchange.route?.onStoreError.staleMs ?? 0;
    return then(this.records.read(this.keyOf(token), staleMs), (stored) => this.identityOf(stored));
  }

  private keyOf(token: string): string {
    return this.key.replace(/\{(token|sha256)\}/, (_, name) =>
      name === 'token' ? token : createHash('sha256').update(token).digest('hex'),
    );
  }

  private identityOf(stored: Stored | undefined): Identity | Unauthorized {
    if (stored === undefined) return new Unauthorized('no such token', 'Invalid token.');
    try {
      const user = readUser(parseRecord(stored));
      return { user, authenticated: true, by: this.name, credential: credentialAt(this.place) };
    } catch (error) {
      if (error instanceof InactiveUser)
        return new Unauthorized('user is inactive', 'User inactive or deleted.');
      throw error;
    }
  }
}
