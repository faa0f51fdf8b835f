import type { Static } from 'typebox';
import { parseDuration } from '../../core/duration.ts';
import type { Matched } from '../../core/exchange.ts';
import type { User } from '../../core/identity.ts';
import { type Maybe, then } from '../../core/maybe.ts';
import {
  type Answer,
  type Authenticator,
  accept,
  deny,
  type Part,
  skip,
  type Tools,
} from '../../core/words.ts';
import { isRight } from '../completed.ts';
import { credentialAt, findCredential, type Place, placeOf, variesBy } from '../credential.ts';
import { type CsrfCheck, csrfCheck } from '../csrf.ts';
import { chosenUsers } from '../users-choice.ts';
import { withSynonyms } from './algorithms.ts';
import { type ClaimRules, claimProblem, issuerProblem } from './claim-rules.ts';
import { claimMapOf } from './claims.ts';
import type { Compact } from './compact.ts';
import type { KeySource } from './key-source.ts';
import { keysOf } from './keys.ts';
import { JwtOptions } from './options.ts';
import { PLAIN, type Profile, SIMPLEJWT } from './profile.ts';
import { SingleLogin } from './single-login.ts';
import { Subject } from './subject.ts';
import { VerifiedTokens } from './verified-tokens.ts';

type Options = Static<typeof JwtOptions>;

/** Signed tokens (RFC 7519), verified here. */
export const jwt: Part<typeof JwtOptions, Authenticator> = {
  name: 'jwt',
  summary: 'A signed JSON Web Token, verified with a secret, a public key or a published key set.',
  schema: JwtOptions,
  needsStore: ({ single_login: singleLogin }) => singleLogin !== undefined,
  create: (given, tools) => new Jwt(given, tools),
};

/**
 * Seconds that `nbf` and `iat` may be in the future by default. An issuer's clock that is a little ahead must not refuse
 * the user who has just logged in; a token that is used some seconds early harms nobody.
 */
const EARLY_SECONDS = 5;

/** Of a file with a problem, which is never served. */
const NO_KEYS: KeySource = { find: () => [] };

class Jwt implements Authenticator {
  name = jwt.name;
  readonly identifies = true;
  readonly challenge: string;
  readonly vary: string | undefined;
  private readonly place: Place;
  private readonly selects: Options['claim'];
  private readonly tokens: VerifiedTokens;
  private readonly profile: Profile;
  private readonly rules: ClaimRules;
  private readonly subject: Subject;
  private readonly singleLogin: SingleLogin | undefined;
  private readonly csrf: CsrfCheck;
  private readonly tools: Tools;

  constructor(given: Options, tools: Tools) {
    this.tools = tools;
    this.profile = given.profile === 'simplejwt' ? SIMPLEJWT : PLAIN;
    this.place = { ...placeOf(given, 'Bearer'), exact: this.profile.exactScheme };
    this.vary = variesBy(this.place);
    this.challenge = `${this.place.scheme ?? 'Bearer'} realm="api"`;
    this.selects = given.claim;
    this.tokens = new VerifiedTokens(withSynonyms(given.algorithms), keysOf(given, tools) ?? NO_KEYS);
    this.rules = rulesOf(given, this.profile);
    this.subject = subjectOf(given, this.profile, tools);
    this.singleLogin = given.single_login && new SingleLogin(given.single_login, tools.store);
    this.csrf = csrfCheck(given.csrf);
    if (given.claim === 'iss' && given.issuer === undefined)
      tools.report(['claim'], 'tokens are chosen by their issuer: say which in "issuer"');
  }

  authenticate(exchange: Matched): Maybe<Answer> {
    const token = findCredential(exchange, this.place, this.profile.malformedHeader);
    if (typeof token !== 'string') return token;
    const compact = this.tokens.read(token);
    const other = this.selects && this.whyNotMine(compact);
    if (other !== undefined) return skip(other);
    if (typeof compact === 'string') return this.profile.invalid(compact);
    return then(this.problemOf(token, compact), (problem) => {
      if (problem !== undefined) return this.profile.invalid(problem);
      const unfit = this.profile.payloadProblem(compact.payload);
      return unfit ?? this.answer(exchange, compact, token);
    });
  }

  /**
   * Chooses who judges a token by what it says of itself; nothing of that is believed. A token that is chosen and is bad
   * is refused.
   */
  private whyNotMine(compact: Compact | string): string | undefined {
    if (typeof compact === 'string') return `not a JWT: ${compact}`;
    return this.selects === 'iss' ? issuerProblem(compact.payload, this.rules.issuers) : undefined;
  }

  /** Why the token is refused, whoever it is of. */
  private problemOf(token: string, compact: Compact): Maybe<string | undefined> {
    if (compact.flaw !== undefined) return compact.flaw;
    return then(
      this.tokens.problemOf(token, compact),
      (problem) =>
        problem ?? claimProblem(compact.payload, this.rules, Math.floor(this.tools.clock.now() / 1_000)),
    );
  }

  private answer(exchange: Matched, { payload }: Compact, token: string): Maybe<Answer> {
    return then(this.subject.of(payload, exchange), (known) => {
      if ('kind' in known) return known;
      const { user } = known;
      if (!this.singleLogin) return this.accept(exchange, user);
      const alone = exchange.route.onStoreError.signatureAlone;
      return then(this.singleLogin.find(user.id ?? '', token, alone), (newest) =>
        newest
          ? this.accept(exchange, user, newest.effect)
          : deny('not the newest login of the user', 'Incorrect authentication credentials.'),
      );
    });
  }

  private accept(exchange: Matched, user: User, effect?: Parameters<typeof accept>[1]): Answer {
    const identity = { user, authenticated: true, by: this.name, credential: credentialAt(this.place) };
    return (this.place.in === 'cookie' && this.csrf(exchange)) || accept(identity, effect);
  }
}

function rulesOf({ issuer, audience, require: required, leeway }: Options, profile: Profile): ClaimRules {
  const seconds = leeway === undefined ? undefined : (parseDuration(leeway) ?? 0) / 1_000;
  return {
    issuers: issuer === undefined ? undefined : [issuer].flat(),
    audiences: audience === undefined ? undefined : [audience].flat(),
    required: required ?? profile.required,
    lateSeconds: seconds ?? 0,
    earlySeconds: seconds ?? EARLY_SECONDS,
  };
}

function subjectOf(given: Options, profile: Profile, tools: Tools): Subject {
  const users = chosenUsers(given.users, profile.looksUsersUp, tools);
  const mapped = given.claims ?? {};
  const claims = claimMapOf(mapped, profile.idClaim, (attribute) =>
    tools.report(['claims', attribute], 'a path is names with dots between them; close every quote'),
  );
  for (const name of users ? Object.keys(mapped).filter(isRight) : [])
    tools.warn?.(['claims', name], `"${name}" comes from the users source, so this claim is not read`);
  return new Subject({ claims, profile, users, fields: tools.fields });
}
