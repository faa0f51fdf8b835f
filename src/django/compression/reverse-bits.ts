import { malformed } from '../undecodable.ts';

/**
 * A zstd bit stream that is read from its end to its start (RFC 8878, 4.1). The highest set bit of the last byte marks
 * the end; past the start there are zeros, and `left` is below zero.
 */
export class ReverseBits {
  private readonly bytes: Uint8Array;
  /** Bits not read yet. */
  left: number;

  constructor(bytes: Uint8Array) {
    const last = bytes.at(-1);
    if (!last) throw malformed('zstd bit stream has no end');
    this.bytes = bytes;
    this.left = bytes.length * 8 - Math.clz32(last) + 23;
  }

  /** @param count of bits, 0 to 30 */
  read(count: number): number {
    this.left -= count;
    return this.at(this.left, count);
  }

  peek(count: number): number {
    return this.at(this.left - count, count);
  }

  /** Sixteen bits lie in three bytes, and those in a fast integer. */
  private few(position: number, count: number): number {
    const { bytes } = this;
    const at = position >> 3;
    const value = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    return (value >>> (position & 7)) & ((1 << count) - 1);
  }

  private at(position: number, count: number): number {
    if (position >= 0 && count <= 16) return this.few(position, count);
    if (position < 0) return count + position > 0 ? this.at(0, count + position) * 2 ** -position : 0;
    const start = position >> 3;
    const { bytes } = this;
    let value = 0;
    for (let i = (position + count - 1) >> 3; i >= start; i--) value = value * 256 + (bytes[i] ?? 0);
    return Math.floor(value / 2 ** (position & 7)) % 2 ** count;
  }
}
