import type { Static, TSchema } from 'typebox';
import type { Clock } from './clock.ts';
import type { Exchange } from './exchange.ts';
import type { Fields } from './fields.ts';
import type { Identity } from './identity.ts';
import type { Maybe } from './maybe.ts';
import type { Refusal } from './refusal.ts';
import type { Store, TakeRequest } from './store.ts';
import type { Users } from './users.ts';

/** What parts may use of the world. Time and state come in here, so that tests can own them. */
export interface Tools {
  clock: Clock;
  store: Store;
  /** The look-up of users by id, where the file names one. */
  users?: Users | undefined;
  /** What the fields of users' records are declared as. */
  fields?: Fields;
  /** Whether an address is one of the `trusted_proxies`; undefined where the file names none. */
  trusted?: ((address: string) => boolean) | undefined;
  /** Relative file names in the YAML are relative to this directory. */
  directory: string;
  log: Log;
  /**
   * Reports a problem of the part's options, at `path` below them; `check` shows it with its line.
   * `within` is how many characters into a text it is.
   */
  report(path: readonly (string | number)[], message: string, within?: number): void;
  /** As `report`, of what is allowed and yet most likely not meant. */
  warn?(path: readonly (string | number)[], message: string): void;
}

/** The operator's log: structured, never secrets. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Every pluggable thing. `name` is its word in the YAML; the schema gives types, validation, docs and editor help. */
export interface Part<Options extends TSchema, Made> {
  readonly name: string;
  readonly summary: string;
  readonly schema: Options;
  /** Whether these options read or write state, so that the file must name a store. */
  needsStore?(options: Static<Options>): boolean;
  create(options: Static<Options>, tools: Tools): Made;
}

/** A part of any options, as the visible lists hold them. */
// biome-ignore lint/suspicious/noExplicitAny: each part checks its own options through its schema
export type AnyPart<Made> = Part<any, Made>;

/** The credential was this authenticator's, and it is bad. */
export class Unauthorized {
  /** For the operator; never holds the credential. */
  readonly reason: string;
  /** What the client reads. */
  readonly detail: string | undefined;
  /** Further members of the client's body, such as `code`. */
  readonly extra: Readonly<Record<string, unknown>> | undefined;

  constructor(reason: string, detail?: string, extra?: Readonly<Record<string, unknown>>) {
    this.reason = reason;
    this.detail = detail;
    this.extra = extra;
  }
}

/** What an authenticator makes of a request. */
export type Answer = Identity | Unauthorized | Refusal | undefined;

/**
 * undefined: no credential of mine here, ask the next. Unauthorized: mine, and bad; the chain stops. Refusal: mine and
 * good, and yet not to be let on (CSRF).
 * A throw: broken, which is 503 and never 401.
 */
export interface Authenticator {
  /** The name in the YAML; set by `config/compile`. */
  name: string;
  /** The value of WWW-Authenticate when this one stands first in a chain; without one, 403 takes the place of 401. */
  challenge?: string;
  /** False for one that never knows a user, such as `anonymous`. */
  identifies: boolean;
  /** Headers that nobody but a trusted proxy may send: no request takes them to an upstream. */
  vouched?: readonly string[];
  authenticate(exchange: Exchange): Maybe<Answer>;
}

/** True, false, or undecided: the expression failed, and only the operators `any` and `all` may rescue it. */
export type Verdict = boolean | 'undecided';

export interface Permission {
  /** As the log and `explain` name it. */
  name: string;
  permits(exchange: Exchange): Verdict;
  message?: string;
  code?: string;
  /** Can only say yes to somebody: a chain that never knows a user is then a mistake in the file. */
  needsUser: boolean;
  /** Path parameters that are compared; percent-encoded ones are refused with 400. */
  params: readonly string[];
}

export interface Throttle {
  name: string;
  /** What to count, or undefined when this request is not counted here. */
  ask(exchange: Exchange): TakeRequest | undefined;
}

export type Handler = (exchange: Exchange) => Maybe<Refusal | undefined>;
