import type { Budget } from '../budget.ts';
import { malformed, tooMuch } from '../undecodable.ts';

/** Fewer bytes are copied faster one by one than by a call into native code. */
const SHORT = 24;

/** Bytes that come out of a decompressor: they grow up to the budget's limit and can be copied from further back. */
export class Output {
  length = 0;
  private bytes: Uint8Array;
  private readonly budget: Budget;

  constructor(budget: Budget) {
    this.budget = budget;
    this.bytes = new Uint8Array(Math.min(budget.limits.bytes, 4096));
  }

  push(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  append(bytes: Uint8Array): void {
    this.budget.spendBytes(bytes.length);
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Appends `bytes` from `start` to `end`; for the few bytes between two copies. */
  appendPart(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > SHORT) {
      this.append(bytes.subarray(start, end));
      return;
    }
    this.reserve(end - start);
    for (let i = start; i < end; i++) this.bytes[this.length++] = bytes[i] ?? 0;
  }

  repeat(byte: number, count: number): void {
    this.budget.spendBytes(count);
    this.reserve(count);
    this.bytes.fill(byte, this.length, this.length + count);
    this.length += count;
  }

  /** Copies `count` bytes that start `distance` back; the copy may read what it has just written. */
  copy(distance: number, count: number): void {
    if (distance < 1 || distance > this.length) throw malformed('compressed data refers to before its start');
    this.reserve(count);
    const { bytes, length } = this;
    this.length += count;
    if (count <= SHORT) {
      for (let to = length; to < this.length; to++) bytes[to] = bytes[to - distance] ?? 0;
      return;
    }
    this.budget.spendBytes(count);
    // What has been copied is a source for the rest: each call doubles it.
    for (let done = 0; done < count; ) {
      const part = Math.min(count - done, distance + done);
      bytes.copyWithin(length + done, length - distance, length - distance + part);
      done += part;
    }
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
    if (needed <= this.bytes.length) return;
    const most = this.budget.limits.bytes;
    if (needed > most) throw tooMuch(`record is longer than ${most} bytes when decompressed`);
    const larger = new Uint8Array(Math.min(most, Math.max(needed, this.bytes.length * 2)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
