import type { Static, TSchema } from 'typebox';
import type { Clock } from './clock.ts';
import type { Effect, Ending, Exchange, Matched } from './exchange.ts';
import type { Fields } from './fields.ts';
import type { Identity } from './identity.ts';
import type { Keep } from './kept.ts';
import type { Maybe } from './maybe.ts';
import type { Verb } from './refusals.ts';
import type { Store, TakeRequest } from './store.ts';
import type { Trace } from './trace.ts';
import type { UserSources } from './users.ts';

/** What parts may use of the world. Time and state come in here, so that tests can own them. */
export interface Tools {
  /** The part's name in the file. */
  name: string;
  clock: Clock;
  store: Store;
  /** Where users are looked up by their id. */
  users: UserSources;
  /** What the fields of users' records are declared as. */
  fields?: Fields;
  /** Whether an address is one of the `trusted_proxies`; undefined where the file names none. */
  trusted?: ((address: string) => boolean) | undefined;
  /** Relative file names in the YAML are relative to this directory. */
  directory: string;
  /** A file that is missing is no problem: it is where the gateway will run (`check --no-env`). */
  filesElsewhere?: boolean;
  log: Log;
  /** For what outlives a configuration, such as a fetched key set. */
  keep: Keep;
  /**
   * Reports a problem of the part's options, at `path` below them; `check` shows it with its line.
   * `within` is how many characters into a text it is.
   */
  report(path: readonly (string | number)[], message: string, within?: number): void;
  /** As `report`, of what is allowed and yet most likely not meant. */
  warn?(path: readonly (string | number)[], message: string): void;
}

/** What of `Tools` is the same for all parts of a file. */
export type CommonTools = Omit<Tools, 'name' | 'report' | 'warn'>;

/** The operator's log: structured, never secrets. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Every pluggable thing. `name` is its word in the YAML; the schema gives types, validation, docs and editor help. */
export interface Part<Options extends TSchema, Made, Given = Tools> {
  readonly name: string;
  readonly summary: string;
  readonly schema: Options;
  /** Whether these options read or write state, so that the file must name a store. */
  needsStore?(options: Static<Options>): boolean;
  create(options: Static<Options>, tools: Given): Made;
}

/** A part of any options, as the visible lists hold them. */
// biome-ignore lint/suspicious/noExplicitAny: each part checks its own options through its schema
export type AnyPart<Made, Given = Tools> = Part<any, Made, Given>;

/** No matching credential: the next authenticator of the chain is tried. */
export interface Skip {
  readonly kind: 'skip';
  /** For the operator. */
  readonly reason: string;
  /** Header lines for the reply, such as the end of a cookie; name and value in turn. */
  readonly reply?: readonly string[];
}

/** Credential recognised but refused: the chain stops. */
export interface Deny {
  readonly kind: 'deny';
  /**
   * `csrf_failed`: the credential is valid, but nothing proves that the page meant the request. `too_many_passwords`:
   * the credential was not checked yet.
   */
  readonly code: 'bad_credential' | 'csrf_failed' | 'too_many_passwords';
  /** For the operator; never holds the credential. */
  readonly reason: string;
  /** What the client reads. */
  readonly detail?: string | undefined;
  /** Further members of the client's body, such as `code`. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
  /** What was tried, where it could have been guessed; a signature cannot. It is hashed at once, and never logged. */
  readonly guess?: string | undefined;
  /** With `too_many_passwords`: when the client may try again. */
  readonly retryAfterSeconds?: number | undefined;
}

/** Credential recognised and valid. */
export interface Accept {
  readonly kind: 'accept';
  readonly identity: Identity;
  /** An expiry to renew once the decision is made. */
  readonly effect?: Effect | undefined;
}

/** What an authenticator makes of a request: data. Whatever is to be done about it is done by the gateway. */
export type Answer = Skip | Deny | Accept;

export function skip(reason: string, reply?: readonly string[]): Skip {
  return reply === undefined ? { kind: 'skip', reason } : { kind: 'skip', reason, reply };
}

export function deny(reason: string, detail?: string, extra?: Readonly<Record<string, unknown>>): Deny {
  return { kind: 'deny', code: 'bad_credential', reason, detail, extra };
}

export function accept(identity: Identity, effect?: Effect): Accept {
  return effect === undefined ? { kind: 'accept', identity } : { kind: 'accept', identity, effect };
}

export interface Authenticator {
  /** The name in the YAML; set by `config/compile`. */
  name: string;
  /** The value of WWW-Authenticate when this one is first in a chain; without one, 403 takes the place of 401. */
  challenge?: string;
  /** False for one that never knows a user, such as `anonymous`. */
  identifies: boolean;
  /** The header, other than Authorization, that its answer depends on: caches are told with `Vary`. */
  vary?: string | undefined;
  /** Headers that only a trusted proxy may send: they never reach an upstream. */
  vouched?: readonly string[];
  /** @throws Unavailable when it cannot decide now: 503, never 401 */
  authenticate(exchange: Matched): Maybe<Answer>;
}

/**
 * What a permission says. `undecided`: it failed, and only the operators `any` and `all` may rescue it. The reason
 * names the values that it saw, for the operator.
 */
export interface Verdict {
  readonly truth: boolean | 'undecided';
  readonly reason: string;
}

export interface Permission {
  /** As the log and `explain` name it. */
  name: string;
  permits(exchange: Matched): Verdict;
  message?: string;
  code?: string;
  /** Can only say yes to a user: a chain that never knows one is then a mistake in the file. */
  needsUser: boolean;
  /** Path parameters that are compared; percent-encoded ones are refused with 400. */
  params: readonly string[];
  /** Path parameters without which it is undecided: a path that lacks them is a mistake in the file. */
  reads?: readonly string[];
}

/** This throttle does not count the request; `reason` says why. */
export interface NotCounted {
  readonly key: undefined;
  readonly reason: string;
}

export interface Throttle {
  name: string;
  /** What to count. */
  ask(exchange: Matched): TakeRequest | NotCounted;
}

/** One question of the pipeline. Undefined lets the request go on to the next step. */
export interface Step<On extends Exchange = Matched> {
  readonly name: Verb;
  run(exchange: On, trace?: Trace): Maybe<Ending | undefined>;
}
