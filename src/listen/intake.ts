import type { Duplex } from 'node:stream';

/**
 * Hands the bytes of one connection to Node's HTTP parser in pieces, each with no more requests than there is room
 * for. Node by itself parses all that one read brings, which is thousands of requests in 64 KB, and creates two
 * objects for each before the first is answered.
 */
export class Intake {
  private readonly socket: Duplex;
  private readonly room: () => number;
  private readonly parse: (bytes: Buffer) => void;
  /** True while the connection is not read because there is no room. */
  private full = false;
  private released = false;

  /** @param room how many more requests may be parsed now */
  constructor(socket: Duplex, room: () => number) {
    this.socket = socket;
    this.room = room;
    // The server's own listener, which feeds the parser. A listener of ours makes Node read in JavaScript again.
    const [parse] = socket.listeners('data') as ((bytes: Buffer) => void)[];
    this.parse = parse ?? (() => socket.destroy());
    socket.on('data', this.read);
    if (parse) socket.off('data', parse);
  }

  /** Reads on where there is room again. */
  more(): void {
    if (!this.full || this.released || this.room() <= 0) return;
    this.full = false;
    this.socket.resume();
  }

  /** Leaves the connection to somebody who does not speak HTTP on it. */
  release(): void {
    this.released = true;
    this.socket.off('data', this.read);
  }

  private readonly read = (bytes: Buffer): void => {
    const { socket } = this;
    this.full = false;
    for (let at = 0; at < bytes.length; ) {
      const room = this.room();
      if (room <= 0) {
        this.full = true;
        socket.pause();
      }
      // Node pauses as well, while a client does not read its replies or nobody reads a body; it resumes by itself.
      if (socket.isPaused() || this.released) return void socket.unshift(bytes.subarray(at));
      if (socket.destroyed) return;
      const end = afterHeads(bytes, at, room);
      this.parse.call(socket, bytes.subarray(at, end));
      at = end;
    }
  };
}

const LF = 10;
const CR = 13;

/** Where `count` heads have ended at the latest: after as many empty lines, or at the end of the bytes. */
function afterHeads(bytes: Buffer, from: number, count: number): number {
  let left = count;
  for (let at = bytes.indexOf(LF, from); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    const next = bytes[at + 1] === CR ? at + 2 : at + 1;
    if (bytes[next] === LF && --left === 0) return next + 1;
  }
  return bytes.length;
}
