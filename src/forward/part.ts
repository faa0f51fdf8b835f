import type { Keep } from '../core/kept.ts';
import type { Upstream } from '../core/upstream.ts';
import type { AnyPart } from '../core/words.ts';

/** What an upstream is made with. */
export interface UpstreamTools {
  /** Its name in the file. */
  name: string;
  /** The public keys of signed identities, as a JWK Set; asked at each request, since routes are compiled later. */
  keySet(): string;
  /** For what outlives a configuration: connections, and what is under way. */
  keep: Keep;
  /** Reports a problem of the options, at `path` below them. */
  report(path: readonly (string | number)[], message: string): void;
}

/** A kind of upstream, by its `type` in the file. */
export type UpstreamPart = AnyPart<Upstream, UpstreamTools>;
