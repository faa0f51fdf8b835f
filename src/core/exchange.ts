import type { IncomingHttpHeaders } from 'node:http';
import { type Identity, NOBODY } from './identity.ts';
import type { Refusal } from './refusal.ts';
import type { Route } from './route.ts';
import type { Target } from './target.ts';

/** What the listener knows of a request before anything is decided. */
export interface Arrival {
  id: string;
  /** Milliseconds since the epoch. */
  receivedAt: number;
  method: string;
  target: Target;
  /** Lower-case, without port and final dot. */
  host: string;
  /** The Host header as it was sent. */
  authority: string;
  headers: IncomingHttpHeaders;
  rawHeaders: readonly string[];
  /** The caller's address: the rightmost that is not a trusted proxy. */
  client: string;
  /** The other end of the connection. */
  peer: string;
  scheme: 'http' | 'https';
  upgrade: boolean;
}

/** One request on its way through the steps. Each step reads what the ones before it wrote. */
export class Exchange {
  readonly id: string;
  readonly receivedAt: number;
  readonly method: string;
  readonly target: Target;
  readonly host: string;
  readonly authority: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly client: string;
  readonly peer: string;
  readonly scheme: 'http' | 'https';
  readonly upgrade: boolean;
  /** Written by `match`. */
  route: Route | undefined = undefined;
  /** Written by `match`: path parameters, as raw as they stood in the path. */
  params: Readonly<Record<string, string>> = {};
  /** Written by `authenticate`. */
  identity: Identity = NOBODY;
  /** Written by `identify`: header lines to add, name and value in turn. */
  identityHeaders: readonly string[] = [];
  /** Header lines of Postern's own for the reply, name and value in turn; upstream's of the same name are dropped. */
  replyHeaders: readonly string[] = [];
  /** Answered here, as a CORS preflight. */
  preflight = false;
  /** Why it was refused, by whichever step. */
  refusal: Refusal | undefined = undefined;
  /** Written by `forward`: milliseconds from sending the request until the reply's head. */
  upstreamMs: number | undefined = undefined;
  /** Written by `forward`: the status of the upstream's answer to an upgrade. */
  upgradeStatus: number | undefined = undefined;
  /** Written by `forward`. */
  bytesSent = 0;

  constructor(arrival: Arrival) {
    this.id = arrival.id;
    this.receivedAt = arrival.receivedAt;
    this.method = arrival.method;
    this.target = arrival.target;
    this.host = arrival.host;
    this.authority = arrival.authority;
    this.headers = arrival.headers;
    this.rawHeaders = arrival.rawHeaders;
    this.client = arrival.client;
    this.peer = arrival.peer;
    this.scheme = arrival.scheme;
    this.upgrade = arrival.upgrade;
  }
}
