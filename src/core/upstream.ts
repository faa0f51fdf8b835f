import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Delivery } from './delivery.ts';
import type { Matched } from './exchange.ts';
import type { Outbound } from './outbound.ts';
import type { Refusal } from './refusal.ts';

/** A request to send on. */
export interface Sending {
  exchange: Matched;
  outbound: Outbound;
  request: IncomingMessage;
  /** Where the reply is written to. */
  response: ServerResponse;
  /** Called at most once, when nothing has been written: why there is no reply. */
  refuse(refusal: Refusal): void;
}

/** An upgrade to pass on. */
export interface Upgrading {
  exchange: Matched;
  outbound: Outbound;
  request: IncomingMessage;
  /** The client's connection, which has left HTTP. */
  socket: Duplex;
  /** What the client has sent behind its request. */
  head: Buffer;
  /** Called at most once, when nothing has been written: why there is no answer. */
  refuse(refusal: Refusal): void;
}

/** Where requests go. Nothing here throws. */
export interface Upstream {
  readonly name: string;
  /** Sends a request, and writes the reply to its client. */
  send(sending: Sending): Delivery;
  /** Passes an upgrade on and joins the two sockets. Absent where there is nothing to join. */
  tunnel?(upgrading: Upgrading): Delivery;
  close(): Promise<void>;
}
