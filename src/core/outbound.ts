import type { BodyLimits } from './route.ts';

/** What goes to an upstream: the request line and the header lines, name and value in turn. */
export interface Outbound {
  method: string;
  path: string;
  /** The Host header, where it is not the upstream's own. */
  host: string | undefined;
  headers: string[];
  body: BodyLimits;
}
