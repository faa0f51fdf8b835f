import { malformed } from '../undecodable.ts';

/** A probability of one half, in units of 1/2048: how every adaptive bit starts. */
export const EVEN = 1024;

/** LZMA's range decoder: bits whose probabilities are learned on the way (LZMA specification). */
export class RangeDecoder {
  private readonly bytes: Uint8Array;
  private at = 5;
  private range = 0xffff_ffff;
  private code: number;

  constructor(bytes: Buffer) {
    if (bytes.length < 5 || bytes[0] !== 0) throw malformed('lzma chunk has a wrong start');
    this.bytes = bytes;
    this.code = bytes.readUInt32BE(1);
  }

  /** One bit whose probability stands at `index`. */
  bit(probabilities: Uint16Array, index: number): 0 | 1 {
    const probability = probabilities[index] ?? EVEN;
    const bound = (this.range >>> 11) * probability;
    const bit = this.code < bound ? 0 : 1;
    if (bit === 0) {
      this.range = bound;
      probabilities[index] = probability + ((2048 - probability) >> 5);
    } else {
      this.range -= bound;
      this.code -= bound;
      probabilities[index] = probability - (probability >> 5);
    }
    this.normalize();
    return bit;
  }

  /** `count` bits, most significant first, through a tree of probabilities from `base`. */
  tree(probabilities: Uint16Array, base: number, count: number): number {
    let node = 1;
    for (let i = 0; i < count; i++) node = (node << 1) | this.bit(probabilities, base + node);
    return node - (1 << count);
  }

  /** The same, least significant bit first. */
  reverseTree(probabilities: Uint16Array, base: number, count: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const bit = this.bit(probabilities, base + node);
      node = (node << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** `count` bits that are as likely 0 as 1. */
  direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.range >>>= 1;
      const bit = this.code < this.range ? 0 : 1;
      if (bit) this.code -= this.range;
      value = value * 2 + bit;
      this.normalize();
    }
    return value;
  }

  /** Whether the input was used up exactly. */
  get finished(): boolean {
    return this.at === this.bytes.length && this.code === 0;
  }

  private normalize(): void {
    if (this.range >= 0x100_0000) return;
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw malformed('lzma chunk is cut off');
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | byte) >>> 0;
  }
}
