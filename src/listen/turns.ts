import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

interface Turn {
  response: ServerResponse;
  /** False while it waits for the one before it. */
  begun: boolean;
  before: Turn | undefined;
}

/**
 * Requests that a client sends without waiting for answers (pipelining, RFC 9112 §9.3.2) are taken one after the
 * other. Node hands them out all at once, even those behind one whose answer closes the connection (§9.6).
 */
export class Turns {
  private readonly last = new WeakMap<Duplex, Turn>();
  private readonly over = new WeakSet<Duplex>();

  /** Calls `take` when the answers before this one are out, and never if the connection ends with one of them. */
  wait(response: ServerResponse, take: () => void): void {
    const { socket } = response.req;
    const last = this.last.get(socket);
    const before = last?.response.closed === false ? last : undefined;
    const turn: Turn = { response, begun: false, before };
    this.last.set(socket, turn);
    const begin = () => {
      // An answer that closes the connection has ended the writing side by now, though requests may still arrive.
      if (!socket.writable || (this.over.has(socket) && !response.req.complete)) return;
      turn.begun = true;
      turn.before = undefined;
      take();
    };
    if (before) before.response.once('close', begin);
    else begin();
  }

  /** True while an answer on this connection is not out. */
  busy(socket: Duplex): boolean {
    return this.last.get(socket)?.response.closed === false;
  }

  /** Nothing is taken that came with or after nonsense; `answer` to the nonsense is called in its turn, or never. */
  end(socket: Duplex, answer: () => void): void {
    if (this.over.has(socket)) return;
    this.over.add(socket);
    let turn = this.last.get(socket);
    while (turn && !turn.begun && !turn.response.req.complete) turn = turn.before;
    const response = turn?.response;
    if (!response || response.closed) answer();
    else if (response.req.complete) {
      response.once('close', () => {
        if (socket.writable) answer();
      });
    } else if (response.headersSent) socket.destroy();
    else answer();
  }
}
