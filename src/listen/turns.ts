import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

interface Turn {
  response: ServerResponse;
  /** False while it waits for the one before it. */
  begun: boolean;
}

/**
 * Requests that a client sends without waiting for answers (pipelining, RFC 9112 §9.3.2) are taken one after the
 * other. Node hands them out all at once, even those behind one whose answer closes the connection (§9.6).
 */
export class Turns {
  private readonly last = new WeakMap<Duplex, Turn>();

  /** Calls `take` when the answers before this one are out, and never if the connection ends with one of them. */
  wait(response: ServerResponse, take: () => void): void {
    const { socket } = response.req;
    const before = this.last.get(socket)?.response;
    const turn = { response, begun: false };
    this.last.set(socket, turn);
    const begin = () => {
      // An answer that closes the connection has ended the writing side by now, though requests may still arrive.
      if (!socket.writable) return;
      turn.begun = true;
      take();
    };
    if (!before || before.closed) begin();
    else before.once('close', begin);
  }

  /** True while an answer on this connection is not out. */
  busy(socket: Duplex): boolean {
    return this.last.get(socket)?.response.closed === false;
  }

  /** True when something may be written to the socket now: no answer is due, or one whose request ends in nonsense. */
  mayAnswer(socket: Duplex): boolean {
    const turn = this.last.get(socket);
    if (!turn || turn.response.closed) return true;
    return turn.begun && !turn.response.headersSent && !turn.response.req.complete;
  }
}
