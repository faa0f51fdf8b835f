import { ChunkReader } from './chunks.ts';
import { parseReplyHead, type ReplyHead } from './reply-head.ts';

const END_OF_HEAD = Buffer.from('\r\n\r\n', 'latin1');

/** Told of a reply as it is read. Pieces are valid during the call only: the buffer behind them is used again. */
export interface ReplyEvents {
  /** The final head, or the one that agrees to an upgrade (101). Other interim replies are dropped. */
  head(head: ReplyHead): void;
  data(piece: Buffer): void;
  /** @param last the rest of the body, where its length was known */
  end(last?: Buffer): void;
}

/** Reads the replies on one connection, of one request at a time, from bytes as they arrive. */
export class ReplyReader {
  private readonly headBytes: number;
  private readonly events: ReplyEvents;
  private state: 'idle' | 'head' | 'length' | 'chunks' | 'rest' = 'idle';
  private bodiless = false;
  /** A head that came in pieces; the first `held` bytes are used. */
  private partial: Buffer | undefined;
  private held = 0;
  private left = 0;
  private chunks: ChunkReader | undefined;

  /** @param headBytes the largest head, and the most that trailers may take */
  constructor(headBytes: number, events: ReplyEvents) {
    this.headBytes = headBytes;
    this.events = events;
  }

  /** A request is sent. @param bodiless the reply has no body, whatever it says: the method is HEAD */
  expect(bodiless: boolean): void {
    this.state = 'head';
    this.bodiless = bodiless;
  }

  /** The connection has ended: false when that cuts the reply off. */
  finish(): boolean {
    if (this.state !== 'rest') return false;
    this.state = 'idle';
    this.events.end();
    return true;
  }

  /** Reads bytes: how many of them belong to the reply, or what is wrong with it. */
  read(buffer: Buffer): number | string {
    let at = 0;
    while (this.state === 'head' && at < buffer.length) {
      const next = this.readHead(buffer, at);
      if (typeof next === 'string') return next;
      at = next;
    }
    if (at === buffer.length || this.state === 'idle') return at;
    return this.state === 'chunks' ? this.readChunks(buffer, at) : this.readPlain(buffer, at);
  }

  private readHead(buffer: Buffer, from: number): number | string {
    if (this.partial) return this.completeHead(this.partial, buffer, from);
    const end = buffer.indexOf(END_OF_HEAD, from);
    if (end < 0) {
      this.partial = Buffer.allocUnsafe(this.headBytes + END_OF_HEAD.length);
      this.held = 0;
      return this.completeHead(this.partial, buffer, from);
    }
    if (end - from > this.headBytes) return TOO_LARGE;
    return this.begin(buffer.toString('latin1', from, end + 2)) ?? end + END_OF_HEAD.length;
  }

  private completeHead(partial: Buffer, buffer: Buffer, from: number): number | string {
    const before = this.held;
    this.held += buffer.copy(partial, before, from);
    // The end may have begun in what was there before.
    const end = partial.subarray(0, this.held).indexOf(END_OF_HEAD, Math.max(before - 3, 0));
    if (end < 0) return this.held === partial.length ? TOO_LARGE : buffer.length;
    this.partial = undefined;
    return this.begin(partial.toString('latin1', 0, end + 2)) ?? from + end + END_OF_HEAD.length - before;
  }

  /** Answers with what is wrong with the head. */
  private begin(text: string): string | undefined {
    const head = parseReplyHead(text);
    if (typeof head === 'string') return head;
    const { status, length } = head;
    if (status < 200 && status !== 101) return undefined;
    this.chunks = undefined;
    if (this.bodiless || status === 101 || status === 204 || status === 304 || length === 0)
      this.state = 'idle';
    else if (head.chunked) {
      this.state = 'chunks';
      this.chunks = new ChunkReader(this.headBytes);
    } else if (length !== undefined) {
      this.state = 'length';
      this.left = length;
    } else this.state = 'rest';
    this.events.head(head);
    if (this.state === 'idle' && status !== 101) this.events.end();
    return undefined;
  }

  private readPlain(buffer: Buffer, from: number): number {
    if (this.state === 'rest') {
      this.events.data(buffer.subarray(from));
      return buffer.length;
    }
    const end = Math.min(from + this.left, buffer.length);
    const piece = buffer.subarray(from, end);
    this.left -= piece.length;
    if (this.left > 0) this.events.data(piece);
    else {
      this.state = 'idle';
      this.events.end(piece);
    }
    return end;
  }

  private readChunks(buffer: Buffer, from: number): number | string {
    const { chunks, events } = this;
    const next = chunks?.read(buffer, from, events) ?? from;
    if (chunks?.over) {
      this.state = 'idle';
      events.end();
    }
    return next;
  }
}

const TOO_LARGE = 'a reply whose head is too large';
