import type { Socket } from 'node:net';
import type { Outbound } from '../../core/outbound.ts';
import { badReply, type Failure, failureOf, tooLate } from '../failure.ts';
import type { Target } from '../target.ts';
import { connect } from '../transport/connect.ts';
import type { ReplyHead } from '../transport/reply-head.ts';
import { ReplyReader } from '../transport/reply-reader.ts';
import { requestHead } from '../transport/request-head.ts';

export interface HandshakeOptions {
  target: Target;
  outbound: Outbound;
  connectMs: number;
  responseMs: number;
  headBytes: number;
}

/** Told how a handshake goes: `agreed`, or `refused` with the reply's body behind it, or `failed`; each is the last but for that body. */
export interface HandshakeEvents {
  /** @param rest what the server has sent of the new protocol already */
  agreed(head: ReplyHead, server: Socket, rest: Buffer): void;
  /** The server answers with something else than 101. */
  refused(head: ReplyHead): void;
  /** A piece of that answer's body: false when it has to wait for `resume`. */
  data(piece: Buffer): boolean;
  end(): void;
  failed(failure: Failure): void;
}

/** Asks a server for a WebSocket on a connection of its own. */
export class Handshake {
  private readonly options: HandshakeOptions;
  private readonly events: HandshakeEvents;
  private readonly socket: Socket;
  private readonly reader: ReplyReader;
  private timer: NodeJS.Timeout | undefined;
  private head: ReplyHead | undefined;
  private over = false;

  constructor(options: HandshakeOptions, events: HandshakeEvents) {
    this.options = options;
    this.events = events;
    this.reader = new ReplyReader(options.headBytes, {
      head: (head) => this.heard(head),
      data: (piece) => {
        if (!this.over && !events.data(Buffer.from(piece))) this.socket.pause();
      },
      end: (last) => this.finish(last),
    });
    const { target, connectMs } = options;
    this.socket = connect({
      target,
      connectMs,
      connected: () => this.ask(),
      failed: (error) => this.fail(failureOf(error, true)),
    });
  }

  resume(): void {
    this.socket.resume();
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.socket.destroy();
  }

  private ask(): void {
    const { target, outbound, responseMs } = this.options;
    this.timer = setTimeout(() => this.fail(tooLate(`no reply within ${responseMs} ms`)), responseMs);
    this.socket.on('data', this.read).on('end', this.ended).on('error', this.broken);
    this.reader.expect(false);
    this.socket.write(requestHead(outbound, target, undefined, UPGRADE), 'latin1');
  }

  private readonly read = (chunk: Buffer): void => {
    const taken = this.reader.read(chunk);
    if (this.over) return;
    if (typeof taken === 'string') this.fail(badReply(taken));
    else if (this.head?.status === 101) this.agree(this.head, chunk.subarray(taken));
  };

  private heard(head: ReplyHead): void {
    this.head = head;
    clearTimeout(this.timer);
    if (head.status !== 101) this.events.refused(head);
    else if (head.upgrade !== 'websocket')
      this.fail(badReply('the upstream agreed to another protocol than WebSocket'));
  }

  private agree(head: ReplyHead, rest: Buffer): void {
    this.over = true;
    this.socket.pause().off('data', this.read).off('end', this.ended).off('error', this.broken);
    this.events.agreed(head, this.socket, rest);
  }

  private finish(last: Buffer | undefined): void {
    if (this.over) return;
    if (last) this.events.data(Buffer.from(last));
    this.abandon();
    this.events.end();
  }

  private readonly ended = (): void => {
    if (!this.reader.finish())
      this.fail(badReply('the upstream closed the connection without a whole reply'));
  };

  private readonly broken = (error: Error): void => {
    this.fail(failureOf(error));
  };

  private fail(failure: Failure): void {
    if (this.over) return;
    this.abandon();
    this.events.failed(failure);
  }
}

const UPGRADE = 'connection: Upgrade\r\nupgrade: websocket\r\n';
