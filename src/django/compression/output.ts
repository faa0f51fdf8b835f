import { malformed, tooMuch } from '../undecodable.ts';

/** Bytes that come out of a decompressor: they grow up to a limit and can be copied from further back. */
export class Output {
  private bytes: Uint8Array;
  private readonly limit: number;
  length = 0;

  /** @param limit bytes, at most */
  constructor(limit: number) {
    this.limit = limit;
    this.bytes = new Uint8Array(Math.min(limit, 4096));
  }

  push(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  repeat(byte: number, count: number): void {
    this.reserve(count);
    this.bytes.fill(byte, this.length, this.length + count);
    this.length += count;
  }

  /** Copies `count` bytes that start `distance` back; the copy may read what it has just written. */
  copy(distance: number, count: number): void {
    if (distance < 1 || distance > this.length) throw malformed('compressed data refers to before its start');
    this.reserve(count);
    const { bytes } = this;
    if (distance >= count)
      bytes.copyWithin(this.length, this.length - distance, this.length - distance + count);
    else for (let to = this.length; to < this.length + count; to++) bytes[to] = bytes[to - distance] ?? 0;
    this.length += count;
  }

  /** The byte that was written `distance` ago, 0 before the first. */
  back(distance: number): number {
    return this.bytes[this.length - distance] ?? 0;
  }

  /** All that was written, as a view. */
  result(): Buffer {
    return Buffer.from(this.bytes.buffer, 0, this.length);
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.limit) throw tooMuch(`record is longer than ${this.limit} bytes when decompressed`);
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.min(this.limit, Math.max(needed, this.bytes.length * 2)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
