import { bodyPending, closeGently } from '../core/body.ts';
import type { Delivery } from '../core/delivery.ts';
import type { Sending } from '../core/upstream.ts';
import type { Failure } from './failure.ts';
import { reasonPhrase, replyHeaders } from './reply-headers.ts';
import type { Flight, Sink } from './transport/transport.ts';

/** Who has a request relayed. */
export interface RelayOwner {
  /** There is no reply: true when another server has been asked, and tells the relay instead. */
  retried(failure: Failure): boolean;
  /** Called once, when the server has nothing more to do with the request. */
  ended(): void;
}

/** Writes one reply to its client, with back-pressure, and tells either side of the other's end. */
export class Relay implements Sink, Delivery {
  upstreamMs: number | undefined = undefined;
  bytesSent = 0;
  private readonly sending: Sending;
  private readonly owner: RelayOwner;
  private readonly sentAt = performance.now();
  private flight: Flight | undefined = undefined;
  private unread: NodeJS.Timeout | undefined = undefined;
  private paused = false;
  private over = false;

  constructor(sending: Sending, owner: RelayOwner) {
    this.sending = sending;
    this.owner = owner;
    sending.response.on('close', () => this.closed());
  }

  /** Takes the request that is answered here: the last of several tries. */
  follow(flight: Flight): void {
    this.flight = flight;
  }

  head(status: number, reason: string, received: readonly string[]): void {
    const { exchange, request, response } = this.sending;
    this.upstreamMs = performance.now() - this.sentAt;
    const lines = replyHeaders(status, received, exchange);
    // A connection whose request body was not read to its end cannot carry another request.
    if (bodyPending(request)) {
      lines.push('connection', 'close');
      closeGently(response);
    }
    response.writeHead(status, reasonPhrase(reason), lines);
  }

  /** Node keeps the head back for the first piece of the body, which a stream of events may not have for long. */
  flush(): void {
    this.sending.response.flushHeaders();
  }

  data(chunk: Buffer): boolean {
    const { response, outbound } = this.sending;
    this.bytesSent += chunk.length;
    if (response.write(chunk)) return true;
    if (this.paused) return false;
    this.paused = true;
    response.once('drain', () => this.drained());
    // A client that does not read holds one of the upstream's places.
    const { readMs } = outbound.body;
    if (readMs > 0) this.unread = setTimeout(() => this.breakOff(), readMs);
    return false;
  }

  end(last?: Buffer | string): void {
    this.finish();
    const { response } = this.sending;
    if (last === undefined) response.end();
    else {
      this.bytesSent += last.length;
      response.end(last, 'latin1');
    }
  }

  failed(failure: Failure): void {
    const { response, refuse } = this.sending;
    const { headersSent } = response;
    if (!headersSent && this.owner.retried(failure)) return;
    this.finish();
    // Once the head is out, a broken connection is the only honest way to say that the body is not whole.
    if (headersSent) this.breakOff();
    else refuse(failure.refusal);
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
  }

  private finish(): void {
    this.over = true;
    clearTimeout(this.unread);
    this.owner.ended();
  }

  /** To HTTP/1.0, which has no chunks, the end of a connection is the end of a body: only a reset is not. */
  private breakOff(): void {
    const { request, response } = this.sending;
    const { socket } = response;
    if (socket && request.httpVersion === '1.0') socket.resetAndDestroy();
    else response.destroy();
  }
}
