import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Exchange } from './exchange.ts';
import type { Refusal } from './refusal.ts';
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

/** Where requests go. Neither method throws; a failure before the reply's head is a Refusal. */
export interface Upstream {
  readonly name: string;
  /** Sends the request and relays the reply; resolves when the reply has begun, or with the refusal. */
  send(
    exchange: Exchange,
    outbound: Outbound,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Refusal | undefined>;
  /** Passes an upgrade on and joins the two sockets. Absent where there is nothing to join. */
  tunnel?(
    exchange: Exchange,
    outbound: Outbound,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<Refusal | undefined>;
  close(): Promise<void>;
}
