import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import Type, { type Static } from 'typebox';
import { DurationText, parseDuration } from '../../core/duration.ts';
import type { Effect, Matched } from '../../core/exchange.ts';
import type { Identity } from '../../core/identity.ts';
import type { Maybe } from '../../core/maybe.ts';
import {
  type Answer,
  type Authenticator,
  accept,
  type Deny,
  deny,
  type Part,
  type Tools,
} from '../../core/words.ts';
import { isRight } from '../completed.ts';
import { credentialAt, findCredential, type Place, placeOf, placeOptions, variesBy } from '../credential.ts';
import { type CsrfCheck, CsrfOptions, csrfCheck } from '../csrf.ts';
import { chosenUsers, usersChoice } from '../users-choice.ts';
import { ALGORITHMS } from './algorithms.ts';
import { type Claims, DEFAULT_CLAIMS, dateProblem } from './claims.ts';
import { readCompact } from './compact.ts';
import { type Keys, keysOf } from './keys.ts';
import { PLAIN, type Profile, SIMPLEJWT } from './profile.ts';
import { SingleLogin, SingleLoginOptions } from './single-login.ts';
import { Subject } from './subject.ts';

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
    profile: Type.Optional(
      Type.Literal('simplejwt', {
        description:
          'Access tokens of djangorestframework-simplejwt: `user_id` names the user, `token_type` and `jti` must be there, and refusals are worded as it words them.',
      }),
    ),
    users: usersChoice(
      'Look the user up: true for the source of the file, or the name of one. The record then answers for rights, the token for scopes, and a token whose user has no record is refused. Default: false, as another issuer has other users; true with `profile: simplejwt`.',
    ),
    single_login: Type.Optional(SingleLoginOptions),
    csrf: Type.Optional(CsrfOptions),
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
  needsStore: ({ single_login: singleLogin }) => singleLogin !== undefined,
  create: (given, tools) => new Jwt(given, tools),
};

class Jwt implements Authenticator {
  name = jwt.name;
  readonly identifies = true;
  readonly challenge: string;
  readonly vary: string | undefined;
  private readonly place: Place;
  private readonly keys: Keys | undefined;
  private readonly profile: Profile;
  private readonly subject: Subject;
  private readonly rules: JWTVerifyOptions;
  private readonly leeway: number;
  private readonly singleLogin: SingleLogin | undefined;
  private readonly csrf: CsrfCheck;
  private readonly tools: Tools;

  constructor(given: Static<typeof options>, tools: Tools) {
    this.tools = tools;
    this.profile = given.profile === 'simplejwt' ? SIMPLEJWT : PLAIN;
    this.place = { ...placeOf(given, 'Bearer'), exact: this.profile.exactScheme };
    this.vary = variesBy(this.place);
    this.challenge = `${this.place.scheme ?? 'Bearer'} realm="api"`;
    this.keys = keysOf(given, tools);
    const users = chosenUsers(given.users, this.profile.looksUsersUp, tools);
    const claims = { ...DEFAULT_CLAIMS, id: this.profile.idClaim, ...given.claims };
    this.subject = new Subject({ claims, profile: this.profile, users, fields: tools.fields });
    if (users) warnOfRights(given.claims ?? {}, tools);
    this.leeway = (parseDuration(given.leeway ?? '0s') ?? 0) / 1_000;
    this.singleLogin = given.single_login && new SingleLogin(given.single_login, tools.store);
    this.csrf = csrfCheck(given.csrf);
    this.rules = {
      algorithms: given.algorithms,
      clockTolerance: this.leeway,
      requiredClaims: [...(given.require ?? this.profile.required)],
      ...(given.issuer === undefined ? {} : { issuer: given.issuer }),
      ...(given.audience === undefined ? {} : { audience: given.audience }),
    };
  }

  authenticate(exchange: Matched): Maybe<Answer> {
    const token = findCredential(exchange, this.place, this.profile.malformedHeader);
    if (typeof token !== 'string') return token;
    const compact = readCompact(token);
    return typeof compact === 'string'
      ? this.profile.invalid(compact)
      : this.judge(exchange, token, compact.payload);
  }

  private async judge(exchange: Matched, token: string, claims: Claims): Promise<Answer> {
    const problem = await this.problemOf(token);
    if (problem) return problem;
    const known = await this.subject.of(claims, exchange);
    if ('kind' in known) return known;
    const { user } = known;
    let effect: Effect | undefined;
    if (this.singleLogin) {
      const alone = exchange.route.onStoreError.signatureAlone;
      const newest = await this.singleLogin.find(user.id ?? '', token, alone);
      if (!newest) return deny('not the newest login of the user', 'Incorrect authentication credentials.');
      effect = newest.effect;
    }
    const credential = credentialAt(this.place);
    const identity: Identity = { user, authenticated: true, by: this.name, credential };
    return (this.place.in === 'cookie' && this.csrf(exchange)) || accept(identity, effect);
  }

  /** Why the token is refused, whoever it names. */
  private async problemOf(token: string): Promise<Deny | undefined> {
    const now = this.tools.clock.now();
    try {
      const payload = await this.verify(token, { ...this.rules, currentDate: new Date(now) });
      const problem = dateProblem(payload, now / 1_000, this.leeway);
      return problem ? this.profile.invalid(problem) : this.profile.payloadProblem(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return this.profile.invalid(error.code);
      throw error;
    }
  }

  private async verify(token: string, rules: JWTVerifyOptions): Promise<JWTPayload> {
    const { keys } = this;
    if (!keys) throw new Error('no keys');
    // The two overloads of jwtVerify differ in nothing but the type of the key.
    const { payload } =
      typeof keys === 'function' ? await jwtVerify(token, keys, rules) : await jwtVerify(token, keys, rules);
    return payload;
  }
}

function warnOfRights(claims: Readonly<Record<string, string>>, tools: Tools): void {
  for (const name of Object.keys(claims).filter(isRight))
    tools.warn?.(['claims', name], `"${name}" comes from the users source, so this claim is not read`);
}
