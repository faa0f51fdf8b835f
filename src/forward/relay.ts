import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyPending, closeGently } from '../core/body.ts';
import type { Matched } from '../core/exchange.ts';
import type { Failure } from './failure.ts';
import { reasonPhrase, replyHeaders } from './reply-headers.ts';
import type { Flight, Sink } from './transport/transport.ts';

export interface RelayOptions {
  exchange: Matched;
  request: IncomingMessage;
  response: ServerResponse;
  /** Milliseconds that the client may take to read what is ready for it; 0 for ever. */
  readMs: number;
  /** Called once, when the server has nothing more to do with the request. */
  ended(): void;
  /** Called when there is no reply: true when another server has been asked, and tells this relay instead. */
  retried(failure: Failure): boolean;
  /** Called once: without a failure when the reply has begun or the client has gone, else with why there is none. */
  begun(failure?: Failure): void;
}

/** Writes one reply to its client, with back-pressure, and tells either side of the other's end. */
export class Relay implements Sink {
  private readonly exchange: Matched;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readonly readMs: number;
  private readonly options: RelayOptions;
  private readonly sentAt = performance.now();
  private flight: Flight | undefined;
  private unread: NodeJS.Timeout | undefined;
  private paused = false;
  private over = false;

  constructor(options: RelayOptions) {
    this.options = options;
    this.exchange = options.exchange;
    this.request = options.request;
    this.response = options.response;
    this.readMs = options.readMs;
    this.response.on('close', () => this.closed());
  }

  /** Takes the request that is answered here: the last of several tries. */
  follow(flight: Flight): void {
    this.flight = flight;
  }

  head(status: number, reason: string, received: readonly string[]): void {
    this.exchange.upstreamMs = performance.now() - this.sentAt;
    const lines = replyHeaders(status, received, this.exchange);
    // A connection whose request body was not read to its end cannot carry another request.
    if (bodyPending(this.request)) {
      lines.push('connection', 'close');
      closeGently(this.response);
    }
    this.response.writeHead(status, reasonPhrase(reason), lines);
    this.options.begun();
  }

  /** Node keeps the head back for the first piece of the body, which a stream of events may not have for long. */
  flush(): void {
    this.response.flushHeaders();
  }

  data(chunk: Buffer): boolean {
    const { response } = this;
    this.exchange.bytesSent += chunk.length;
    if (response.write(chunk)) return true;
    if (this.paused) return false;
    this.paused = true;
    response.once('drain', () => this.drained());
    // A client that does not read holds one of the upstream's places.
    if (this.readMs > 0) this.unread = setTimeout(() => this.breakOff(), this.readMs);
    return false;
  }

  end(last?: Buffer | string): void {
    this.finish();
    if (last === undefined) this.response.end();
    else {
      this.exchange.bytesSent += last.length;
      this.response.end(last, 'latin1');
    }
  }

  failed(failure: Failure): void {
    const { headersSent } = this.response;
    if (!headersSent && this.options.retried(failure)) return;
    this.finish();
    // Once the head is out, a broken connection is the only honest way to say that the body is not whole.
    if (headersSent) this.breakOff();
    else this.options.begun(failure);
  }

  private drained(): void {
    this.paused = false;
    clearTimeout(this.unread);
    if (!this.over) this.flight?.resume();
  }

  private closed(): void {
    clearTimeout(this.unread);
    if (this.over) return;
    this.finish();
    this.flight?.abort();
    this.options.begun();
  }

  private finish(): void {
    this.over = true;
    clearTimeout(this.unread);
    this.options.ended();
  }

  /** To HTTP/1.0, which has no chunks, the end of a connection is the end of a body: only a reset is not. */
  private breakOff(): void {
    const { socket } = this.response;
    if (socket && this.request.httpVersion === '1.0') socket.resetAndDestroy();
    else this.response.destroy();
  }
}
