import type { Matched } from './exchange.ts';
import type { Facts } from './facts.ts';
import type { Maybe } from './maybe.ts';
import type { Route } from './route.ts';
import type { Authenticator, Permission, Throttle } from './words.ts';

/** How one identity header is made: undefined means that the header stays absent. */
export interface HeaderTemplate {
  name: string;
  /** Reads nothing but the user, so that one user's header is always the same. */
  ofUserOnly: boolean;
  /** Path parameters that it reads. */
  params?: readonly string[];
  render(facts: Facts): string | undefined;
}

/** Proves to the upstream who is asking. */
export interface Assertion {
  readonly header: string;
  assert(exchange: Matched): Maybe<string | undefined>;
}

/** What a route enforces, every name of the file resolved to the part behind it. */
export interface Rules {
  readonly authenticate: readonly Authenticator[];
  readonly permit: readonly Permission[];
  readonly throttle: readonly Throttle[];
  readonly identify: readonly HeaderTemplate[];
  readonly assertion: Assertion | undefined;
}

/** A route as `config/compile` made it. */
export interface CompiledRoute {
  readonly route: Route;
  readonly rules: Rules;
}
