import { addressKey } from './address.ts';
import { type Facts, RequestFacts } from './facts.ts';
import type { Headers, RequestHead } from './head.ts';
import { type Identity, NOBODY } from './identity.ts';
import type { Outbound } from './outbound.ts';
import type { Refusal } from './refusal.ts';
import type { Route } from './route.ts';
import type { Target } from './target.ts';

/** What the gate reads from the head of a request. */
export interface Arrival {
  head: RequestHead;
  id: string;
  /** Milliseconds since the epoch. */
  receivedAt: number;
  target: Target;
  /** Lower-case, without port and final dot. */
  host: string;
  /** The Host header as it was sent, or as a proxy says that may. */
  authority: string;
  headers: Headers;
  /** The caller's address: the rightmost that is not a trusted proxy. */
  client: string;
  /** The other end of the connection. */
  peer: string;
  scheme: 'http' | 'https';
  /** Whether the other end is one of the trusted proxies. */
  peerTrusted: boolean;
}

/** Something to do in the store once the decision is made, whatever it is. */
export interface Effect {
  /** The key whose expiry is set anew. */
  renew: string;
  ttlMs: number;
}

const NONE: readonly string[] = Object.freeze([]);
const NO_EFFECTS: readonly Effect[] = Object.freeze([]);

/** One request on its way through the steps. Each step reads what the ones before it wrote; parts write nothing. */
export class Exchange {
  readonly id: string;
  readonly receivedAt: number;
  readonly method: string;
  readonly target: Target;
  readonly host: string;
  readonly authority: string;
  readonly headers: Headers;
  readonly rawHeaders: readonly string[];
  readonly client: string;
  readonly peer: string;
  readonly scheme: 'http' | 'https';
  readonly upgrade: boolean;
  /** What the caller is counted by, where an address counts: of IPv6 the /64. */
  readonly clientKey: string;
  /** Whether the other end of the connection is one of the trusted proxies. */
  readonly peerTrusted: boolean;
  /** Written by `match`; a `Matched` exchange always has one. */
  route: Route | undefined = undefined;
  /** Written by `match`: path parameters, percent-encoded as in the path. */
  params: Readonly<Record<string, string>> = {};
  /** Written by `authenticate`. */
  identity: Identity = NOBODY;
  /** Written by `authenticate`: why each authenticator asked found nothing, in the order of the chain. */
  skips: readonly string[] = NONE;
  /** Written by `identify`: header lines to add, name and value in turn. */
  identityHeaders: readonly string[] = NONE;
  /** Written by `match` and `authenticate`: header lines for the reply, name and value in turn; they replace the upstream's. */
  replyHeaders: readonly string[] = NONE;
  /** Written by `forward`. */
  outbound: Outbound | undefined = undefined;
  /** Written by `authenticate`. */
  effects: readonly Effect[] = NO_EFFECTS;

  private made: Facts | undefined = undefined;

  constructor(arrival: Arrival) {
    const { head } = arrival;
    this.id = arrival.id;
    this.receivedAt = arrival.receivedAt;
    this.method = head.method;
    this.target = arrival.target;
    this.host = arrival.host;
    this.authority = arrival.authority;
    this.headers = arrival.headers;
    this.rawHeaders = head.rawHeaders;
    this.client = arrival.client;
    this.peer = arrival.peer;
    this.scheme = arrival.scheme;
    this.upgrade = head.upgrade;
    this.clientKey = addressKey(arrival.client);
    this.peerTrusted = arrival.peerTrusted;
  }

  /** What expressions and header templates may read. */
  get facts(): Facts {
    this.made ??= new RequestFacts(this);
    return this.made;
  }
}

/** An exchange past `match`. */
export interface Matched extends Exchange {
  route: Route;
}

/** What ends an exchange without an upstream: a refusal, or an answer of Postern's own. */
export type Ending = Refusal | Preflight;

/** The answer to a CORS preflight (Fetch §4.8): neither refused nor forwarded. */
export class Preflight {
  readonly status = 204;
  readonly headers: Readonly<Record<string, string>>;

  constructor(headers: Readonly<Record<string, string>>) {
    this.headers = headers;
  }
}
