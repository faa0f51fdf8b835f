import type { Facts } from './facts.ts';
import type { Form } from './target.ts';
import type { Authenticator, Permission, Throttle } from './words.ts';

/** How one identity header is made: undefined means that the header stays absent. */
export interface HeaderTemplate {
  name: string;
  render(context: Facts): string | undefined;
}

export interface Destination {
  upstream: string;
  /** Cut from the front of the path; empty cuts nothing. */
  stripPrefix: string;
  preserveHost: boolean;
  websocket: boolean;
  keepCredential: boolean;
}

/** One route as `config/compile` made it: every name resolved, frozen, ready to be asked. */
export interface Route {
  readonly id: string;
  /** Undefined for every host; `*.example.com` for any name below. */
  readonly host: string | undefined;
  readonly path: string;
  readonly methods: readonly string[];
  readonly allow: ReadonlySet<Form>;
  /** Where the route stands in the file, as `routes.yaml:12:5`. */
  readonly place: string;
  readonly authenticate: readonly Authenticator[];
  readonly permit: readonly Permission[];
  readonly throttle: readonly Throttle[];
  readonly identify: readonly HeaderTemplate[];
  readonly forward: Destination;
  /** The upstream reads paths without regard to case or to a trailing slash; so does matching. */
  readonly lax: { case: boolean; trailingSlash: boolean };
}
