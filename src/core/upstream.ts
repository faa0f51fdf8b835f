import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Matched } from './exchange.ts';
import type { Outbound } from './outbound.ts';
import type { Refusal } from './refusal.ts';

/** Where requests go. Neither method throws; a failure before the reply's head is a Refusal. */
export interface Upstream {
  readonly name: string;
  /** Sends the request and relays the reply; resolves when the reply has begun, or with the refusal. */
  send(
    exchange: Matched,
    outbound: Outbound,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Refusal | undefined>;
  /** Passes an upgrade on and joins the two sockets. Absent where there is nothing to join. */
  tunnel?(
    exchange: Matched,
    outbound: Outbound,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<Refusal | undefined>;
  close(): Promise<void>;
}
