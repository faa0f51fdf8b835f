import type { Socket } from 'node:net';
import type { Refusal } from '../../core/refusal.ts';
import { badReply, type Failure, failureOf, tooLate } from '../failure.ts';
import type { Target } from '../target.ts';
import { connect, surviveFailedWrites } from './connect.ts';
import type { DirectFlight } from './direct-flight.ts';
import type { ReplyHead } from './reply-head.ts';
import { type ReplyEvents, ReplyReader } from './reply-reader.ts';
import type { TransportOptions } from './transport.ts';
import { Upload, type UploadEvents } from './upload.ts';

/** Whose a connection is. */
export interface ConnectionPool {
  readonly target: Target;
  readonly options: TransportOptions;
  /** Sends on an idle connection, or on a new one. */
  start(flight: DirectFlight): void;
  startFresh(flight: DirectFlight): void;
  /** The connection can take another request. @param keptMs how long the server keeps it, where it says so */
  release(connection: Connection, keptMs: number | undefined): void;
  /** The connection is closed. */
  forget(connection: Connection): void;
}

/** Where all connections read into: what it holds is used or copied before anything else is read. */
const INCOMING = Buffer.allocUnsafeSlow(65_536);

/** Bodies up to this are passed on as text, which goes out in one piece with the head. */
const SMALL = 8_192;

/** How long the other end's kernel may take to say that a request came too late to be read, in milliseconds. */
const ROUND_TRIP_MS = 50;

/** What a connection fails with when nobody is left at the other end to read a request. */
const UNREAD = new Set(['ECONNRESET', 'EPIPE']);

/** One connection to a server, with one request in flight at most. */
export class Connection implements ReplyEvents, UploadEvents {
  /** Until when it can be used while it is idle, by `performance.now()`. */
  idleUntil = 0;
  private readonly pool: ConnectionPool;
  private readonly socket: Socket;
  private readonly reader: ReplyReader;
  private stage: 'connecting' | 'ready' | 'waiting' | 'replying' | 'closed' = 'connecting';
  private flight: DirectFlight | undefined = undefined;
  private upload: Upload | undefined = undefined;
  private requests = 0;
  /** Whether anything has come in answer to the request. */
  private heard = false;
  /** Whether the head was passed on, and nothing behind it. */
  private silent = false;
  private paused = false;
  private survives = false;
  private writeFailed = false;
  private reusable = false;
  private keptMs: number | undefined = undefined;
  private responseTimer: NodeJS.Timeout | undefined = undefined;
  private idleTimer: NodeJS.Timeout | undefined = undefined;

  constructor(pool: ConnectionPool) {
    this.pool = pool;
    const { target, options } = pool;
    this.reader = new ReplyReader(options.headBytes, this);
    this.socket = connect({
      target,
      connectMs: options.connectMs,
      onread: { buffer: INCOMING, callback: (bytes) => this.received(bytes) },
      connected: () => this.opened(),
      failed: (error) => this.fail(failureOf(error, true)),
    });
  }

  /** Takes a request; `send` sends it, or the connection itself once it is there. */
  claim(flight: DirectFlight): void {
    this.flight = flight;
    flight.carrier = this;
  }

  send(): void {
    const { flight, socket } = this;
    if (!flight) return;
    this.stage = 'waiting';
    this.requests++;
    this.heard = false;
    this.reader.expect(flight.bodiless);
    socket.write(flight.head, 'latin1');
    this.handedOver();
    if (!flight.body) return;
    if (!this.survives) surviveFailedWrites(socket, () => this.cannotWrite());
    this.survives = true;
    this.upload = new Upload(socket, flight.body, this);
  }

  resume(): void {
    this.paused = false;
    this.idleTimer?.refresh();
    this.socket.resume();
  }

  /** Nobody waits for the reply any more. */
  abandon(): void {
    this.flight = undefined;
    this.destroy();
  }

  fail(failure: Failure): void {
    const { flight } = this;
    this.abandon();
    flight?.sink.failed(failure);
  }

  destroy(): void {
    this.stage = 'closed';
    this.upload?.stop();
    this.upload = undefined;
    clearTimeout(this.responseTimer);
    clearTimeout(this.idleTimer);
    this.pool.forget(this);
    this.socket.destroy();
  }

  // What the reader tells of the reply.

  head({ status, reason, lines, last, keepAliveMs }: ReplyHead): void {
    if (status === 101) {
      this.fail(badReply('the upstream upgraded the connection unasked'));
      return;
    }
    this.stage = 'replying';
    this.silent = true;
    this.reusable = !last;
    this.keptMs = keepAliveMs;
    this.flight?.sink.head(status, reason, lines);
  }

  data(piece: Buffer): void {
    this.silent = false;
    if (this.flight?.sink.data(Buffer.from(piece)) === false) this.paused = true;
  }

  end(last?: Buffer): void {
    const { flight } = this;
    if (!flight) return;
    this.flight = undefined;
    this.stage = 'ready';
    if (last === undefined) flight.sink.end();
    else flight.sink.end(last.length <= SMALL ? last.toString('latin1') : Buffer.from(last));
  }

  // What the upload tells of the request's body.

  /** From here on the server's time counts. */
  handedOver(): void {
    if (this.responseTimer) this.responseTimer.refresh();
    else this.responseTimer = setTimeout(() => this.noReply(), this.pool.options.responseMs);
  }

  refused(refusal: Refusal): void {
    this.fail({ refusal, unsent: false });
  }

  // What happens on the socket.

  private opened(): void {
    this.stage = 'ready';
    this.socket
      .on('drain', () => this.upload?.drained())
      .on('end', () => this.ended())
      .on('error', (error) => this.broken(error));
    this.send();
  }

  /** Whether a reply, or the rest of one, is to come. */
  private get expecting(): boolean {
    return this.stage === 'waiting' || this.stage === 'replying';
  }

  private received(bytes: number): boolean {
    if (!this.expecting) {
      this.giveUp();
      return true;
    }
    this.heard = true;
    const taken = this.reader.read(INCOMING.subarray(0, bytes));
    if (typeof taken === 'string') this.fail(badReply(taken));
    else if (!this.expecting) this.recycle(taken === bytes);
    else if (this.stage === 'replying') this.goOn();
    return !this.paused;
  }

  /** A reply has begun; the rest is still to come. */
  private goOn(): void {
    if (this.silent) this.flight?.sink.flush();
    this.silent = false;
    const { idleMs } = this.pool.options;
    if (this.idleTimer) this.idleTimer.refresh();
    else if (idleMs > 0) this.idleTimer = setTimeout(() => this.stalled(), idleMs);
  }

  /** A reply is complete: the connection takes another request, unless something is left over. */
  private recycle(clean: boolean): void {
    const uploaded = this.upload?.complete !== false;
    if (this.stage === 'ready' && clean && uploaded && this.reusable && !this.writeFailed) {
      this.upload = undefined;
      this.paused = false;
      this.pool.release(this, this.keptMs);
    } else this.destroy();
  }

  /** The connection is of no use any more; a request that was not sent yet goes on another. */
  private giveUp(): void {
    const { flight } = this;
    this.abandon();
    if (flight) this.pool.start(flight);
  }

  /** The server has ended its side. */
  private ended(): void {
    if (this.stage === 'ready') this.giveUp();
    else if (this.stage === 'replying') this.cutOff();
    else if (this.stage === 'closed') return;
    else if (this.mayBeUnread) this.askWhetherRead();
    else this.fail(badReply('the upstream closed the connection without a reply'));
  }

  private cutOff(): void {
    if (this.reader.finish()) this.destroy();
    else this.fail(badReply('the upstream closed the connection within a reply'));
  }

  private broken(error: NodeJS.ErrnoException): void {
    if (this.stage === 'ready') this.giveUp();
    else if (this.stage === 'closed') return;
    else if (this.mayBeUnread && UNREAD.has(error.code ?? '')) this.repeat();
    else this.fail(failureOf(error));
  }

  /** The connection was idle before, the server has said nothing, and the request may be sent once more. */
  private get mayBeUnread(): boolean {
    return this.requests > 1 && !this.heard && this.flight?.repeatable === true;
  }

  /**
   * The server closed while the request was on its way. Had it read the request, its kernel would say nothing; had it
   * gone before, its kernel has refused the request, and the next write fails. An empty line says nothing to a server.
   */
  private askWhetherRead(): void {
    const { flight } = this;
    if (this.writeFailed) this.repeat();
    else
      setTimeout(() => {
        if (this.flight !== flight) return;
        this.socket.write('\r\n', (error) => {
          if (this.flight !== flight) return;
          if (error || this.writeFailed) this.repeat();
          else this.fail(badReply('the upstream closed the connection without a reply'));
        });
      }, ROUND_TRIP_MS);
  }

  private repeat(): void {
    const { flight } = this;
    this.abandon();
    if (!flight) return;
    flight.repeatable = false;
    this.pool.startFresh(flight);
  }

  private cannotWrite(): void {
    this.writeFailed = true;
    this.upload?.stop();
  }

  private noReply(): void {
    if (!this.flight || this.stage !== 'waiting') return;
    // A body that is still arriving takes the time that its client takes.
    if (this.upload && !this.upload.complete && !this.upload.stuck) this.handedOver();
    else this.fail(tooLate(`no reply within ${this.pool.options.responseMs} ms`));
  }

  private stalled(): void {
    if (!this.flight || this.stage !== 'replying') return;
    if (this.paused) this.idleTimer?.refresh();
    else this.fail(tooLate(`no more of the reply within ${this.pool.options.idleMs} ms`));
  }
}
