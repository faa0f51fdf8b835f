import type { Budget } from '../budget.ts';
import { Bytes } from '../bytes.ts';
import { malformed } from '../undecodable.ts';

/** Compressed bytes with a position in them, and what may still be spent on them. */
export class Input extends Bytes {
  readonly budget: Budget;

  constructor(bytes: Uint8Array, budget: Budget) {
    super(bytes, 'compressed data');
    this.budget = budget;
  }

  /** A little-endian number of 1 to 6 bytes. */
  number(length: number): number {
    return this.buffer.readUIntLE(this.skip(length), length);
  }

  /** @throws Undecodable when the next bytes are others */
  expect(bytes: readonly number[]): void {
    if (this.take(bytes.length).compare(Uint8Array.from(bytes)) !== 0)
      throw malformed('compressed data has no such start');
  }
}
