import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Intake } from './intake.ts';

interface Turn {
  response: ServerResponse;
  /** False while it waits for the one before it. */
  begun: boolean;
  before: Turn | undefined;
}

/** How many requests may wait on a connection for the answers before theirs. It is not read on while there are more. */
const MOST_WAITING = 8;

/** How many may arrive in one read before the connection is read in pieces. With more, it is closed. */
const MOST_AT_ONCE = 64;

/**
 * The connection of one client. Requests that it sends without waiting for answers (pipelining, RFC 9112 §9.3.2) are
 * taken one after the other. Node hands them out all at once, even those behind one whose answer closes the
 * connection (§9.6).
 */
export class Connection {
  readonly socket: Duplex;
  /** Called when so many requests came at once that the connection was closed. */
  private readonly flooded: () => void;
  private last: Turn | undefined;
  private waiting = 0;
  private over = false;
  private tunnelled = false;
  private intake: Intake | undefined;
  private intakeAwaited = false;

  constructor(socket: Duplex, flooded: () => void) {
    this.socket = socket;
    this.flooded = flooded;
  }

  /** Calls `take` when the answers before this one are out, and never if the connection ends with one of them. */
  wait(response: ServerResponse, take: () => void): void {
    if (this.socket.destroyed) return;
    const before = this.busy ? this.last : undefined;
    const turn: Turn = { response, begun: false, before };
    this.last = turn;
    if (before) this.queue(turn, before, take);
    else this.begin(turn, take);
  }

  private queue(turn: Turn, before: Turn, take: () => void): void {
    if (++this.waiting > MOST_AT_ONCE) {
      this.socket.destroy();
      this.flooded();
      return;
    }
    this.readInPieces();
    // One turn per round of the event loop, so that others have theirs in between.
    before.response.once('close', () => setImmediate(() => this.next(turn, take)));
  }

  private next(turn: Turn, take: () => void): void {
    this.waiting--;
    this.begin(turn, take);
    this.intake?.more();
  }

  private begin(turn: Turn, take: () => void): void {
    // An answer that closes the connection has ended the writing side by now, though requests may still arrive.
    if (!this.socket.writable || (this.over && !turn.response.req.complete)) return;
    turn.begun = true;
    turn.before = undefined;
    take();
  }

  /** True while an answer on this connection is not out. */
  get busy(): boolean {
    return this.last?.response.closed === false;
  }

  /** Calls `action` when all answers are out, and never if the connection ends with one of them. */
  afterAnswers(action: () => void): void {
    if (this.last && this.busy) {
      this.last.response.once('close', () => {
        if (this.socket.writable) action();
      });
    } else action();
  }

  /** Nothing is taken that came with or after nonsense; `answer` to the nonsense is called in its turn, or never. */
  end(answer: () => void): void {
    if (this.over) return;
    this.over = true;
    let turn = this.last;
    while (turn && !turn.begun && !turn.response.req.complete) turn = turn.before;
    const response = turn?.response;
    if (!response || response.closed) answer();
    else if (response.req.complete) {
      response.once('close', () => {
        if (this.socket.writable) answer();
      });
    } else if (response.headersSent) this.socket.destroy();
    else answer();
  }

  /** True while there is nothing to answer. What happens in a tunnel is not known here. */
  get idle(): boolean {
    return !this.tunnelled && !this.busy;
  }

  /** From soon on, no more is parsed than may wait. Not at once, as the parser may be running. */
  readInPieces(): void {
    if (this.intake || this.intakeAwaited) return;
    this.intakeAwaited = true;
    process.nextTick(() => this.makeIntake());
  }

  private makeIntake(): void {
    // While it is paused, Node would not read on in JavaScript.
    if (this.socket.isPaused()) {
      this.socket.once('resume', () => this.makeIntake());
      return;
    }
    this.intakeAwaited = false;
    if (this.tunnelled || this.socket.destroyed) return;
    this.intake ??= new Intake(this.socket, () => MOST_WAITING - this.waiting);
  }

  /** Node has stopped to parse: the bytes are somebody else's. */
  handOver(): void {
    this.tunnelled = true;
    this.intake?.release();
    this.intake = undefined;
  }

  /** HTTP again. */
  takeBack(): void {
    this.tunnelled = false;
    this.makeIntake();
  }
}
