import { malformed } from '../undecodable.ts';

/** Compressed bytes with a position in them; reading past the end is an error. */
export class Input {
  at = 0;
  readonly bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  take(length: number): Buffer {
    if (length > this.remaining) throw malformed('compressed data is cut off');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  /** A little-endian number of 1 to 6 bytes. */
  number(length: number): number {
    return this.take(length).readUIntLE(0, length);
  }

  /** @throws Undecodable when the next bytes are others */
  expect(bytes: readonly number[]): void {
    if (this.take(bytes.length).compare(Uint8Array.from(bytes)) !== 0)
      throw malformed('compressed data has no such start');
  }
}
