import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { bodyPending, closeGently } from '../core/body.ts';
import type { Matched } from '../core/exchange.ts';
import { Refusal } from '../core/refusal.ts';
import { failure } from './failure.ts';
import { reasonPhrase, replyHeaders } from './reply-headers.ts';

type Controller = Dispatcher.DispatchController;

interface RelayOptions {
  exchange: Matched;
  request: IncomingMessage;
  response: ServerResponse;
  /** Milliseconds that the client may take to read what is ready for it; 0 for ever. */
  readMs: number;
  /** Called once: with a refusal when nothing was sent to the client, without when the reply has begun. */
  begun(refusal?: Refusal): void;
  /** Called once, when the upstream has nothing more to do with the request. */
  ended(): void;
}

/** The client went away, so its request is of no use to the upstream any more. */
class ClientGone extends Error {
  override name = 'ClientGone';
}

/** Relays one upstream reply to the client, with back-pressure, and either side's end to the other. */
export class Relay implements Dispatcher.DispatchHandler {
  private readonly exchange: Matched;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readonly readMs: number;
  private readonly begun: (refusal?: Refusal) => void;
  private readonly ended: () => void;
  private readonly sentAt = performance.now();
  private unread: NodeJS.Timeout | undefined;

  constructor({ exchange, request, response, readMs, begun, ended }: RelayOptions) {
    this.exchange = exchange;
    this.request = request;
    this.response = response;
    this.readMs = readMs;
    this.begun = begun;
    this.ended = ended;
  }

  onRequestStart(controller: Controller): void {
    const { response } = this;
    response.on('drain', () => {
      clearTimeout(this.unread);
      controller.resume();
    });
    response.on('close', () => {
      clearTimeout(this.unread);
      if (!response.writableFinished) controller.abort(new ClientGone());
    });
    if (response.destroyed) controller.abort(new ClientGone());
  }

  onResponseStart(controller: Controller, status: number, headers: unknown, message?: string): void {
    if (status < 200) return;
    this.exchange.upstreamMs = performance.now() - this.sentAt;
    const lines = replyHeaders(controller.rawHeaders ?? headers, this.exchange);
    // A connection whose request body was not read to its end cannot carry another request.
    if (bodyPending(this.request)) {
      lines.push('connection', 'close');
      closeGently(this.response);
    }
    this.response.writeHead(status, reasonPhrase(message), lines);
    // Node keeps the head back for the first piece of the body, which a stream of events may not have for long.
    process.nextTick(() => {
      if (this.exchange.bytesSent === 0 && !this.response.writableEnded) this.response.flushHeaders();
    });
    this.begun();
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.exchange.bytesSent += chunk.length;
    if (this.response.write(chunk)) return;
    controller.pause();
    // A client that does not read holds one of the upstream's places.
    clearTimeout(this.unread);
    if (this.readMs > 0) this.unread = setTimeout(() => this.breakOff(), this.readMs);
  }

  onResponseEnd(): void {
    this.ended();
    this.response.end();
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.ended();
    // Once the head is out, a broken connection is the only honest way to say that the body is not whole.
    if (this.response.headersSent || error instanceof ClientGone) {
      this.breakOff();
      this.begun();
    } else this.begun(failure(error));
  }

  /** To HTTP/1.0, which knows no chunks, the end of a connection is the end of a body: only a reset is none. */
  private breakOff(): void {
    const { socket } = this.response;
    if (socket && this.request.httpVersion === '1.0') socket.resetAndDestroy();
    else this.response.destroy();
  }

  /** Only asked-for upgrades reach an upstream, and they go through a tunnel. */
  onRequestUpgrade(
    _controller: Controller,
    _status: number,
    _headers: unknown,
    socket: { destroy(): void },
  ): void {
    this.ended();
    socket.destroy();
    this.begun(new Refusal('upstream_unreachable', 'the upstream upgraded the connection unasked'));
  }
}
