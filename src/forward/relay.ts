import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { bodyPending } from '../core/body.ts';
import type { Exchange } from '../core/exchange.ts';
import { connectionNames, HOP_BY_HOP } from '../core/header-names.ts';
import { Refusal } from '../core/refusal.ts';
import { failure } from './failure.ts';

type Controller = Dispatcher.DispatchController;

interface RelayOptions {
  exchange: Exchange;
  request: IncomingMessage;
  response: ServerResponse;
  /** Called once: with a refusal when nothing was sent to the client, without when the reply has begun. */
  begun(refusal?: Refusal): void;
}

/** The client went away, so its request is of no use to the upstream any more. */
class ClientGone extends Error {
  override name = 'ClientGone';
}

/** Relays one upstream reply to the client, with back-pressure, and either side's end to the other. */
export class Relay implements Dispatcher.DispatchHandler {
  private readonly exchange: Exchange;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readonly begun: (refusal?: Refusal) => void;
  private readonly sentAt = performance.now();

  constructor({ exchange, request, response, begun }: RelayOptions) {
    this.exchange = exchange;
    this.request = request;
    this.response = response;
    this.begun = begun;
  }

  onRequestStart(controller: Controller): void {
    this.response.on('drain', () => controller.resume());
    this.response.on('close', () => {
      if (!this.response.writableFinished) controller.abort(new ClientGone());
    });
    if (this.response.destroyed) controller.abort(new ClientGone());
  }

  onResponseStart(controller: Controller, status: number, headers: unknown, message?: string): void {
    if (status < 200) return;
    this.exchange.upstreamMs = performance.now() - this.sentAt;
    const lines = replyHeaders(controller.rawHeaders ?? headers);
    lines.push('x-request-id', this.exchange.id);
    if (bodyPending(this.request)) lines.push('connection', 'close');
    this.response.writeHead(status, message ?? '', lines);
    this.begun();
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.exchange.bytesSent += chunk.length;
    if (!this.response.write(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.response.end();
  }

  onResponseError(_controller: Controller, error: Error): void {
    // Once the head is out, a broken connection is the only honest way to say that the body is not whole.
    if (this.response.headersSent || error instanceof ClientGone) {
      this.response.destroy();
      this.begun();
    } else this.begun(failure(error));
  }

  /** Only asked-for upgrades reach an upstream, and they go through a tunnel. */
  onRequestUpgrade(
    _controller: Controller,
    _status: number,
    _headers: unknown,
    socket: { destroy(): void },
  ): void {
    socket.destroy();
    this.begun(new Refusal('upstream_unreachable', 'the upstream upgraded the connection unasked'));
  }
}

/** The reply's header lines, without those of its connection. `Trailer` is among them: Postern relays no trailers. */
export function replyHeaders(raw: unknown): string[] {
  if (!Array.isArray(raw)) return [];
  const lines = raw.map((item: Buffer | string) =>
    typeof item === 'string' ? item : item.toString('latin1'),
  );
  const named = connectionNames(
    lines.find((_, at) => at % 2 === 1 && lines[at - 1]?.toLowerCase() === 'connection'),
  );
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at] ?? '';
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && !named.has(lower) && lower !== 'x-request-id')
      kept.push(name, lines[at + 1] ?? '');
  }
  return kept;
}
