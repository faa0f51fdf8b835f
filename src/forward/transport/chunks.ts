/** RFC 9112 §7.1. Extensions are allowed, and dropped. */
const SIZE = /^([0-9A-Fa-f]{1,13})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?\r\n$/;
const TRAILER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n$/;

/** The longest line with the size of a chunk, in bytes. */
const LONGEST = 1_024;
const LF = 0x0a;

/** What a piece of a chunked body was read as. */
export interface ChunkEvents {
  data(piece: Buffer): void;
}

/** Reads a body that comes in chunks, strictly, and drops its trailers. */
export class ChunkReader {
  private readonly trailerBytes: number;
  private state: 'size' | 'data' | 'data-end' | 'trailers' | 'over' = 'size';
  private line = '';
  private left = 0;
  private trailers = 0;

  /** @param trailerBytes the most that trailers may take */
  constructor(trailerBytes: number) {
    this.trailerBytes = trailerBytes;
  }

  /** Whether the body is complete. */
  get over(): boolean {
    return this.state === 'over';
  }

  /** Reads on at `from`: the position after what belongs to the body, or what is wrong with it. */
  read(buffer: Buffer, from: number, events: ChunkEvents): number | string {
    let at = from;
    while (at < buffer.length && this.state !== 'over') {
      if (this.state === 'data') {
        const end = Math.min(at + this.left, buffer.length);
        events.data(buffer.subarray(at, end));
        this.left -= end - at;
        at = end;
        if (this.left === 0) this.state = 'data-end';
        continue;
      }
      const feed = buffer.indexOf(LF, at);
      const end = feed < 0 ? buffer.length : feed + 1;
      if (this.line.length + end - at > (this.state === 'trailers' ? this.trailerBytes : LONGEST))
        return 'a chunk without an end of its line';
      this.line += buffer.toString('latin1', at, end);
      at = end;
      if (feed < 0) break;
      const problem = this.takeLine(this.line);
      if (problem !== undefined) return problem;
      this.line = '';
    }
    return at;
  }

  private takeLine(line: string): string | undefined {
    if (this.state === 'size') {
      const size = SIZE.exec(line)?.[1];
      if (size === undefined) return 'a chunk without a size';
      this.left = Number.parseInt(size, 16);
      this.state = this.left === 0 ? 'trailers' : 'data';
      return undefined;
    }
    if (this.state === 'data-end') {
      if (line !== '\r\n') return 'a chunk longer than its size';
      this.state = 'size';
      return undefined;
    }
    this.trailers += line.length;
    if (line === '\r\n') this.state = 'over';
    else if (this.trailers > this.trailerBytes) return 'trailers that are too large';
    else if (!TRAILER.test(line)) return 'a trailer that is not a header line';
    return undefined;
  }
}
