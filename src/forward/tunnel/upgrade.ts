import { Socket } from 'node:net';
import type { Delivery, UpgradeDelivery } from '../../core/delivery.ts';
import type { Upgrading } from '../../core/upstream.ts';
import type { Failure } from '../failure.ts';
import { reasonPhrase, replyHeaders } from '../reply-headers.ts';
import { type Server, type Servers, Tries } from '../servers.ts';
import type { ReplyHead } from '../transport/reply-head.ts';
import { Handshake, type HandshakeEvents } from './handshake.ts';
import { HeldClient } from './held-client.ts';
import { join } from './join.ts';

export interface TunnelLimits {
  connectMs: number;
  responseMs: number;
  headBytes: number;
  /** Milliseconds that a tunnel may carry nothing; 0 for ever. */
  idleMs: number;
}

/** How long a client has to read a refusal before its connection goes, in milliseconds. */
const LINGER_MS = 1_000;

/**
 * Passes a WebSocket handshake on; when the server agrees (101), the two sockets are joined byte for byte. Any other
 * answer is relayed and the connection closed, as RFC 6455 §4.1 has it.
 */
export class Upgrade implements HandshakeEvents, Delivery {
  upstreamMs: number | undefined = undefined;
  bytesSent = 0;
  readonly upgrade: UpgradeDelivery = { status: 0, bytesReceived: 0, endedBy: undefined };
  private readonly upgrading: Upgrading;
  private readonly limits: TunnelLimits;
  private readonly tries: Tries;
  private readonly client: HeldClient;
  private readonly sentAt = performance.now();
  private handshake: Handshake | undefined = undefined;

  constructor(upgrading: Upgrading, servers: Servers, limits: TunnelLimits) {
    this.upgrading = upgrading;
    this.limits = limits;
    this.tries = new Tries(servers);
    // What follows the request belongs to the new protocol, and is not its body.
    upgrading.request.resume();
    this.client = new HeldClient(upgrading.socket, upgrading.head);
    upgrading.socket.once('close', this.gone);
  }

  start(): Delivery {
    this.attempt(this.tries.first());
    return this;
  }

  agreed(head: ReplyHead, upstream: Socket, fromUpstream: Buffer): void {
    const { socket } = this.upgrading;
    socket.off('close', this.gone);
    const fromClient = this.client.release();
    this.answer(head, ['connection', 'Upgrade', 'upgrade', 'websocket']);
    const { idleMs } = this.limits;
    join({ client: socket, fromClient, upstream, fromUpstream, idleMs, delivery: this });
  }

  refused(head: ReplyHead): void {
    this.answer(head, ['connection', 'close']);
  }

  data(piece: Buffer): boolean {
    const { socket } = this.upgrading;
    this.bytesSent += piece.length;
    if (socket.write(piece)) return true;
    socket.once('drain', () => this.handshake?.resume());
    return false;
  }

  end(): void {
    const { socket } = this.upgrading;
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
  }

  failed(failure: Failure): void {
    const { socket, refuse } = this.upgrading;
    if (this.upgrade.status === 0) {
      if (this.attempt(this.tries.after(failure))) return;
      socket.off('close', this.gone);
      refuse(failure.refusal);
    }
    // The end of the connection is the end of the body: only a reset says that it is not whole.
    else if (socket instanceof Socket) socket.resetAndDestroy();
    else socket.destroy();
  }

  private attempt(server: Server | undefined): boolean {
    if (!server) return false;
    const { outbound } = this.upgrading;
    this.handshake = new Handshake({ ...this.limits, target: server.target, outbound }, this);
    return true;
  }

  private answer(head: ReplyHead, connection: readonly string[]): void {
    const { exchange, socket } = this.upgrading;
    this.upgrade.status = head.status;
    this.upstreamMs = performance.now() - this.sentAt;
    const lines = [...replyHeaders(head.status, head.lines, exchange), ...connection];
    let text = `HTTP/1.1 ${head.status} ${reasonPhrase(head.reason)}\r\n`;
    for (let at = 0; at < lines.length; at += 2) text += `${lines[at]}: ${lines[at + 1]}\r\n`;
    socket.write(`${text}\r\n`, 'latin1');
  }

  private readonly gone = (): void => {
    this.handshake?.abandon();
  };
}
