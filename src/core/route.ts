import type { Form } from './target.ts';

export interface Destination {
  upstream: string;
  /** Cut from the front of the path; empty cuts nothing. */
  stripPrefix: string;
  preserveHost: boolean;
  websocket: boolean;
  keepCredential: boolean;
}

/** What the bodies of a request and its reply may cost. */
export interface BodyLimits {
  bytes: number;
  /** Milliseconds in which a request body must make progress; 0 for ever. */
  idleMs: number;
  /** Milliseconds that a client may take to read what of the reply is ready for it; 0 for ever. */
  readMs: number;
}

/** What a route does while the store cannot answer. */
export interface OutagePolicy {
  /** Accept what the store confirmed no longer ago than this, in milliseconds; 0 accepts nothing. */
  staleMs: number;
  /** Count throttles in this process. */
  localThrottle: boolean;
  /** Let JWTs pass on their signature alone, without what the store would say of them. */
  signatureAlone: boolean;
}

/** How a route answers browsers of other origins. */
export interface Cors {
  /** `*`, or the origins that may read replies. */
  origins: ReadonlySet<string>;
  /** What the origins of subdomains begin and end with: `https://` and `.example.com`. */
  subdomains: readonly { scheme: string; suffix: string }[];
  /** Reply headers that pages may read, as a list; undefined for none beyond those of the backend. */
  expose: string | undefined;
  methods: string;
  headers: string;
  credentials: boolean;
  maxAgeSeconds: number;
}

/** What the file says of one host, path and set of methods: plain data, frozen. What it enforces is in `Rules`. */
export interface Route {
  readonly id: string;
  /** Undefined for every host; `*.example.com` for any name below. */
  readonly host: string | undefined;
  readonly path: string;
  readonly methods: readonly string[];
  readonly allow: ReadonlySet<Form>;
  /** Where the route is in the file, as `routes.yaml:12:5`. */
  readonly place: string;
  readonly forward: Destination;
  readonly body: BodyLimits;
  readonly onStoreError: OutagePolicy;
  readonly cors: Cors | undefined;
  /** What replies say in Cache-Control; undefined leaves it to the upstream. */
  readonly cache: 'private' | undefined;
  /** Credentials in cookies need no CSRF proof here. */
  readonly csrfExempt: boolean;
  /** The upstream reads paths without regard to case or to a trailing slash; so does matching. */
  readonly lax: { case: boolean; trailingSlash: boolean };
}
