import type { Socket } from 'node:net';

export interface Closed {
  /** What ended the connection, where it was not the other side's orderly end. */
  error?: Error;
}

/** The other side ended before what was asked for had arrived. */
export class Ended extends Error {}

/** What arrives on a socket, to be taken in pieces by whoever parses it. */
export class Bytes {
  /** Everything that has arrived, taken or not; empty unless kept. */
  readonly all: Buffer[] = [];
  readonly closed: Promise<Closed>;
  #waiting: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  constructor(socket: Socket, keep = true) {
    let error: Error | undefined;
    socket.on('data', (chunk) => {
      if (keep) this.all.push(chunk);
      this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
      this.#wake();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake();
    };
    socket.on('end', end);
    socket.on('error', (cause) => {
      error = cause;
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        end();
        resolve(error ? { error } : {});
      });
    });
  }

  /** What has arrived and has not been taken yet. */
  get waiting(): Buffer {
    return this.#waiting;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Up to and including `mark`; undefined if the other side ended before anything arrived. */
  async through(mark: string): Promise<Buffer | undefined> {
    for (let from = 0; ; ) {
      const found = this.#waiting.indexOf(mark, from, 'latin1');
      if (found >= 0) return this.#take(found + mark.length);
      from = Math.max(0, this.#waiting.length - mark.length + 1);
      if (!(await this.#more())) return this.#cut(`before ${JSON.stringify(mark)}`);
    }
  }

  async exactly(length: number): Promise<Buffer> {
    while (this.#waiting.length < length) {
      if (!(await this.#more())) throw this.#short(`before ${length} bytes`);
    }
    return this.#take(length);
  }

  /** At least one byte and at most `length`. */
  async some(length: number): Promise<Buffer> {
    if (this.#waiting.length === 0 && !(await this.#more())) throw this.#short(`${length} bytes early`);
    return this.#take(Math.min(length, this.#waiting.length));
  }

  /** Piece by piece until the other side ends. */
  async *rest(): AsyncGenerator<Buffer> {
    while (this.#waiting.length > 0 || (await this.#more())) {
      if (this.#waiting.length > 0) yield this.#take(this.#waiting.length);
    }
  }

  #cut(where: string): undefined {
    if (this.#waiting.length > 0) throw this.#short(where);
  }

  #short(where: string): Ended {
    const text = this.#waiting.subarray(0, 500).toString('latin1');
    return new Ended(`connection ended ${where}; not taken: ${JSON.stringify(text)}`);
  }

  #take(length: number): Buffer {
    const taken = this.#waiting.subarray(0, length);
    this.#waiting = this.#waiting.subarray(length);
    return taken;
  }

  /** False once the other side has ended and nothing more can arrive. One reader at a time. */
  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const before = this.#waiting.length;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return this.#waiting.length > before || !this.#ended;
  }
}
