import { isAscii, isUtf8 } from 'node:buffer';
import type { Budget } from './budget.ts';
import { malformed } from './undecodable.ts';

/** Steps of decoding a text that is not ASCII, beside half a step a byte. */
const UTF8 = 30;

/** Bytes with a position in them. Reading past the end is an error that names the format. */
export class Bytes {
  at = 0;
  readonly buffer: Buffer;
  private readonly format: string;
  /** One character per byte, made when first needed: texts that are ASCII are slices of it. */
  private latin1: string | undefined;

  /** @param format as an error names it: `pickle` */
  constructor(bytes: Uint8Array, format: string) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.format = format;
  }

  get remaining(): number {
    return this.buffer.length - this.at;
  }

  /** Goes on by `length` bytes; returns where they start. */
  skip(length: number): number {
    const start = this.at;
    if (length > this.buffer.length - start) throw malformed(`${this.format} is cut off`);
    this.at = start + length;
    return start;
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Buffer {
    const start = this.skip(length);
    return this.buffer.subarray(start, this.at);
  }

  byte(): number {
    return this.buffer[this.skip(1)] ?? 0;
  }

  uint32(): number {
    return this.buffer.readUInt32LE(this.skip(4));
  }

  /** The next `length` bytes as text, one character per byte. */
  characters(length: number): string {
    const start = this.skip(length);
    this.latin1 ??= this.buffer.toString('latin1');
    return this.latin1.slice(start, this.at);
  }

  /** The next `length` bytes as UTF-8; undefined when they are not. */
  text(length: number, budget: Budget): string | undefined {
    const start = this.skip(length);
    budget.spendBytes(length);
    if (this.isAscii(start)) {
      this.latin1 ??= this.buffer.toString('latin1');
      return this.latin1.slice(start, this.at);
    }
    budget.spend(UTF8 + length / 2);
    return isUtf8(this.buffer.subarray(start, this.at))
      ? this.buffer.toString('utf8', start, this.at)
      : undefined;
  }

  /** A call into native code costs as much as looking at some fifty bytes. */
  private isAscii(start: number): boolean {
    const { at, buffer } = this;
    if (at - start > 50) return isAscii(buffer.subarray(start, at));
    for (let i = start; i < at; i++) if ((buffer[i] ?? 0) > 0x7f) return false;
    return true;
  }
}
