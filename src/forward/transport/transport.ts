import type { Outbound } from '../../core/outbound.ts';
import type { Failure } from '../failure.ts';
import type { RequestBody } from '../request-body.ts';

/**
 * Told of the reply to one request: `head` once, `data` any number of times, then `end`. `failed` takes the place of
 * whatever is left of that. Nothing is told before `send` has returned, or after `Flight.abort`.
 */
export interface Sink {
  /** @param lines header lines, name and value in turn, as the server sent them; hop-by-hop ones are among them */
  head(status: number, reason: string, lines: readonly string[]): void;
  /** What was told so far must go out: the rest may take its time. */
  flush(): void;
  /** False when the client does not keep up: the transport must not read on before `Flight.resume`. */
  data(chunk: Buffer): boolean;
  /** @param last the rest of the body; text is latin-1, one character per byte */
  end(last?: Buffer | string): void;
  failed(failure: Failure): void;
}

/** A request on its way. */
export interface Flight {
  /** Reads on after `Sink.data` has answered false. */
  resume(): void;
  /** The client has gone: the server learns it, and the sink hears nothing more. */
  abort(): void;
}

/** How requests reach one server. Nothing is sent twice, except what the server provably has not read. */
export interface Transport {
  /** Never throws. */
  send(outbound: Outbound, body: RequestBody | undefined, sink: Sink): Flight;
  /** Closes every connection, whatever is in flight on it. */
  close(): Promise<void>;
}

/** What every transport to a server is made of. */
export interface TransportOptions {
  /** Milliseconds until a connection must be established. */
  connectMs: number;
  /** Milliseconds until the head of a reply must have arrived, once the request is sent. */
  responseMs: number;
  /** Milliseconds that may pass between two pieces of a reply; 0 for ever. */
  idleMs: number;
  /** Milliseconds that an idle connection is kept. */
  keepAliveMs: number;
  /** The largest head of a reply, in bytes. */
  headBytes: number;
}
