import { Socket } from 'node:net';
import type { Matched } from '../../core/exchange.ts';
import type { Outbound } from '../../core/outbound.ts';
import type { Failure } from '../failure.ts';
import { reasonPhrase, replyHeaders } from '../reply-headers.ts';
import type { Target } from '../target.ts';
import type { ReplyHead } from '../transport/reply-head.ts';
import { Handshake, type HandshakeEvents } from './handshake.ts';
import type { HeldClient } from './held-client.ts';
import { join } from './join.ts';

export interface TunnelLimits {
  connectMs: number;
  responseMs: number;
  headBytes: number;
  /** Milliseconds that a tunnel may carry nothing; 0 for ever. */
  idleMs: number;
}

export interface TunnelOptions {
  target: Target;
  limits: TunnelLimits;
  exchange: Matched;
  outbound: Outbound;
  client: HeldClient;
}

/** How long a client has to read a refusal before its connection goes, in milliseconds. */
const LINGER_MS = 1_000;

/**
 * Passes a WebSocket handshake on; when the server agrees (101), the two sockets are joined byte for byte. Any other
 * answer is relayed and the connection closed, as RFC 6455 §4.1 has it. Resolves when the client has its answer or
 * has gone, or with the reason why there is no answer.
 */
export function openTunnel(options: TunnelOptions): Promise<Failure | undefined> {
  return new Promise((settle) => new Upgrade(options, settle));
}

class Upgrade implements HandshakeEvents {
  private readonly options: TunnelOptions;
  private readonly settle: (failure?: Failure) => void;
  private readonly sentAt = performance.now();
  private readonly handshake: Handshake;
  private answered = false;

  constructor(options: TunnelOptions, settle: (failure?: Failure) => void) {
    this.options = options;
    this.settle = settle;
    options.client.socket.once('close', this.gone);
    this.handshake = new Handshake({ ...options, ...options.limits }, this);
  }

  agreed(head: ReplyHead, upstream: Socket, fromUpstream: Buffer): void {
    const { client, limits, exchange } = this.options;
    const { socket } = client;
    socket.off('close', this.gone);
    const fromClient = client.release();
    this.answer(head, ['connection', 'Upgrade', 'upgrade', 'websocket']);
    join({
      client: socket,
      fromClient,
      upstream,
      fromUpstream,
      idleMs: limits.idleMs,
      ended: (_by, { toClient }) => {
        exchange.bytesSent = toClient;
      },
    });
  }

  refused(head: ReplyHead): void {
    this.answer(head, ['connection', 'close']);
  }

  data(piece: Buffer): boolean {
    const { socket } = this.options.client;
    this.options.exchange.bytesSent += piece.length;
    if (socket.write(piece)) return true;
    socket.once('drain', () => this.handshake.resume());
    return false;
  }

  end(): void {
    const { socket } = this.options.client;
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
  }

  failed(failure: Failure): void {
    const { socket } = this.options.client;
    if (!this.answered) {
      socket.off('close', this.gone);
      this.settle(socket.destroyed ? undefined : failure);
    }
    // The end of the connection is the end of the body: only a reset says that it is not whole.
    else if (socket instanceof Socket) socket.resetAndDestroy();
    else socket.destroy();
  }

  private answer(head: ReplyHead, connection: readonly string[]): void {
    const { client, exchange } = this.options;
    this.answered = true;
    exchange.upgradeStatus = head.status;
    exchange.upstreamMs = performance.now() - this.sentAt;
    const lines = [...replyHeaders(head.status, head.lines, exchange), ...connection];
    let text = `HTTP/1.1 ${head.status} ${reasonPhrase(head.reason)}\r\n`;
    for (let at = 0; at < lines.length; at += 2) text += `${lines[at]}: ${lines[at + 1]}\r\n`;
    client.socket.write(`${text}\r\n`, 'latin1');
    this.settle();
  }

  private readonly gone = (): void => {
    this.handshake.abandon();
    this.settle();
  };
}
