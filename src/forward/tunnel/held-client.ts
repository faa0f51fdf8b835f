import type { Duplex } from 'node:stream';

/** How much a client may send before the server has agreed; then it has to wait. */
const MOST_HELD = 65_536;

/**
 * The socket of a client that waits for its upgrade. It is read meanwhile, since a socket that is not read does not
 * tell that its client has gone.
 */
export class HeldClient {
  readonly socket: Duplex;
  private held: Buffer;

  constructor(socket: Duplex, head: Buffer) {
    this.socket = socket;
    this.held = head;
    socket.on('data', this.keep).once('end', this.leave);
  }

  get gone(): boolean {
    return this.socket.destroyed;
  }

  /** Reads no more: what has arrived so far. */
  release(): Buffer {
    this.socket.pause().off('data', this.keep).off('end', this.leave);
    return this.held;
  }

  private readonly keep = (chunk: Buffer): void => {
    this.held = Buffer.concat([this.held, chunk]);
    if (this.held.length > MOST_HELD) this.socket.pause();
  };

  private readonly leave = (): void => {
    this.socket.destroy();
  };
}
