import type { BodyLimits } from './route.ts';

/** What goes to an upstream: the request line and the header lines, name and value in turn. */
export interface Outbound {
  method: string;
  path: string;
  /** The Host header, where it is not the upstream's own. */
  host: string | undefined;
  headers: string[];
  body: BodyLimits;
  /** Whose share of the upstream it takes: the key of the client's address. Undefined for a trusted proxy's own request. */
  caller: string | undefined;
}
