import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import Type, { type Static } from 'typebox';
import { DurationText, parseDuration } from '../../core/duration.ts';
import type { Exchange } from '../../core/exchange.ts';
import type { Identity } from '../../core/identity.ts';
import type { Maybe } from '../../core/maybe.ts';
import { InactiveUser, UnreadableRecord } from '../../core/user.ts';
import { type Authenticator, type Part, type Tools, Unauthorized } from '../../core/words.ts';
import { credentialAt, findCredential, type Place, placeOf, placeOptions } from '../credential.ts';
import { ALGORITHMS } from './algorithms.ts';
import { DEFAULT_CLAIMS, dateProblem, userOf } from './claims.ts';
import { compactProblem } from './compact.ts';
import { type Keys, keysOf } from './keys.ts';

const options = Type.Object(
  {
    type: Type.Literal('jwt'),
    ...placeOptions,
    algorithms: Type.Array(Type.Union(ALGORITHMS.map((name) => Type.Literal(name))), {
      minItems: 1,
      description:
        'The signature algorithms that are accepted. There is no default: what a key is for is your decision.',
    }),
    secret: Type.Optional(
      Type.String({ description: 'The shared secret of HS256, HS384, HS512: at least as long as the hash.' }),
    ),
    key: Type.Optional(
      Type.String({ description: 'A public key: PEM text (`!file` reads it), or the name of a PEM file.' }),
    ),
    jwks: Type.Optional(
      Type.String({ description: 'A JWK Set: its URL, or the name of a file with a JWK or a JWK Set.' }),
    ),
    issuer: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
        description: 'What `iss` must be; one of, for a list.',
      }),
    ),
    audience: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
        description: 'What `aud` must hold; one of, for a list.',
      }),
    ),
    leeway: Type.Optional(DurationText('How far clocks may be apart when dates are judged. Default: 0s.')),
    require: Type.Optional(
      Type.Array(Type.String(), { description: 'Claims that must be there. Default: [exp].' }),
    ),
    claims: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          'Which claim becomes which attribute of the user. `id: sub`, `username: preferred_username`, `groups: groups`, `permissions: permissions` and `scopes: scope` hold unless given otherwise.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Signed tokens (RFC 7519), verified here. */
export const jwt: Part<typeof options, Authenticator> = {
  name: 'jwt',
  summary: 'A signed JSON Web Token, verified with a secret, a public key or a published key set.',
  schema: options,
  create: (given, tools) => new Jwt(given, tools),
};

class Jwt implements Authenticator {
  name = jwt.name;
  readonly identifies = true;
  readonly challenge: string;
  private readonly place: Place;
  private readonly keys: Keys | undefined;
  private readonly claims: Readonly<Record<string, string>>;
  private readonly rules: JWTVerifyOptions;
  private readonly leeway: number;
  private readonly tools: Tools;

  constructor(given: Static<typeof options>, tools: Tools) {
    this.tools = tools;
    this.place = placeOf(given, 'Bearer');
    this.challenge = `${this.place.scheme ?? 'Bearer'} realm="api"`;
    this.keys = keysOf(given, tools);
    this.claims = { ...DEFAULT_CLAIMS, ...given.claims };
    this.leeway = (parseDuration(given.leeway ?? '0s') ?? 0) / 1_000;
    this.rules = {
      algorithms: given.algorithms,
      clockTolerance: this.leeway,
      requiredClaims: given.require ?? ['exp'],
      ...(given.issuer === undefined ? {} : { issuer: given.issuer }),
      ...(given.audience === undefined ? {} : { audience: given.audience }),
    };
  }

  authenticate(exchange: Exchange): Maybe<Identity | Unauthorized | undefined> {
    const token = findCredential(exchange, this.place);
    if (typeof token !== 'string') return token;
    const problem = compactProblem(token);
    return problem ? new Unauthorized(problem, 'Invalid token.') : this.verify(token);
  }

  private async verify(token: string): Promise<Identity | Unauthorized> {
    const now = this.tools.clock.now();
    let payload: JWTPayload;
    try {
      payload = await this.verified(token, new Date(now));
      const problem = dateProblem(payload, now / 1_000, this.leeway);
      if (problem) return new Unauthorized(problem, 'Invalid token.');
      const user = userOf(payload, this.claims);
      return { user, authenticated: true, by: this.name, credential: credentialAt(this.place) };
    } catch (error) {
      if (error instanceof errors.JOSEError) return new Unauthorized(error.code, 'Invalid token.');
      if (error instanceof UnreadableRecord) return new Unauthorized(error.message, 'Invalid token.');
      if (error instanceof InactiveUser)
        return new Unauthorized('user is inactive', 'User inactive or deleted.');
      throw error;
    }
  }

  private async verified(token: string, currentDate: Date): Promise<JWTPayload> {
    const rules = { ...this.rules, currentDate };
    if (!this.keys) throw new Error('no keys');
    // The two overloads of jwtVerify differ in nothing but the type of the key.
    const { payload } =
      typeof this.keys === 'function'
        ? await jwtVerify(token, this.keys, rules)
        : await jwtVerify(token, this.keys, rules);
    return payload;
  }
}
