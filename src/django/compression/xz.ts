import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Budget } from '../budget.ts';
import { malformed } from '../undecodable.ts';
import { crc64 } from './crc64.ts';
import { Input } from './input.ts';
import { decodeLzma2 } from './lzma2.ts';
import { Output } from './output.ts';

export const XZ_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] as const;

const LZMA2 = 0x21;
const FOOTER_MAGIC = [0x59, 0x5a];

/** Steps of a block beside what is in it, and of an entry of the index. */
const BLOCK = 1_000;
const INDEX_ENTRY = 10;

/** Bytes of a block's checksum, by its id. */
const CHECK_SIZES: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 4],
  [4, 8],
  [10, 32],
]);

/**
 * One xz stream (.xz File Format 1.2) with LZMA2 as its only filter, as Python's `lzma.compress` writes it.
 *
 * @throws Undecodable
 */
export function decompressXz(bytes: Uint8Array, budget: Budget): Buffer {
  const input = new Input(bytes, budget);
  input.expect(XZ_MAGIC);
  const flags = input.take(2);
  checkCrc32(input, flags);
  const check = flags.readUInt8(1);
  const checkSize = CHECK_SIZES.get(check);
  if (flags[0] !== 0 || checkSize === undefined) throw malformed('xz stream has unknown flags');
  const output = new Output(budget);
  for (let size = input.byte(); size !== 0; size = input.byte()) {
    budget.spend(BLOCK);
    const start = input.at - 1;
    const blockStart = output.length;
    const declared = blockHeader(input, size);
    decodeLzma2(input, output);
    padding(input, start);
    const block = output.result().subarray(blockStart);
    if (declared !== undefined && declared !== block.length) throw malformed('xz block has a wrong length');
    if (!input.take(checkSize).equals(checksum(check, block, budget)))
      throw malformed('xz block has a wrong checksum');
  }
  index(input, input.at - 1);
  footer(input, flags);
  return output.result();
}

/**
 * @param size of the header with its checksum, in words of four bytes, less one
 * @returns the length of the block when decompressed, where the header tells
 */
function blockHeader(input: Input, size: number): number | undefined {
  const start = input.at;
  input.take(size * 4 - 1);
  checkCrc32(input, input.buffer.subarray(start - 1, input.at));
  const header = new Input(input.buffer.subarray(start, input.at - 4), input.budget);
  const flags = header.byte();
  if (flags & 0x3f) throw malformed('xz block has filters other than LZMA2');
  if (flags & 0x40) integer(header);
  const declared = flags & 0x80 ? integer(header) : undefined;
  if (integer(header) !== LZMA2 || integer(header) !== 1 || header.byte() > 40)
    throw malformed('xz block has filters other than LZMA2');
  if (header.buffer.subarray(header.at).some((byte) => byte !== 0))
    throw malformed('xz block has an unknown header');
  return declared;
}

/** Numbers of records and their sizes; the blocks have been checked by themselves. */
function index(input: Input, start: number): void {
  for (let left = integer(input); left > 0; left--) {
    input.budget.spend(INDEX_ENTRY);
    integer(input);
    integer(input);
  }
  padding(input, start);
  checkCrc32(input, input.buffer.subarray(start, input.at));
}

function footer(input: Input, flags: Buffer): void {
  const crc = input.number(4);
  const fields = input.take(6);
  if (crc !== crc32(fields) || !fields.subarray(4).equals(flags))
    throw malformed('xz stream has a wrong footer');
  input.expect(FOOTER_MAGIC);
  if (input.remaining > 0) throw malformed('xz stream goes on after its end');
}

function checkCrc32(input: Input, bytes: Buffer): void {
  if (input.number(4) !== crc32(bytes)) throw malformed('xz header has a wrong checksum');
}

/** Seven bits a byte, least first, nine bytes at most. */
function integer(input: Input): number {
  let value = 0;
  for (let power = 0; power < 9; power++) {
    const byte = input.byte();
    value += (byte & 0x7f) * 2 ** (7 * power);
    if (byte < 0x80) return value;
  }
  throw malformed('xz stream has an endless number');
}

function padding(input: Input, start: number): void {
  while ((input.at - start) % 4 !== 0) {
    if (input.byte() !== 0) throw malformed('xz stream has padding that is not zero');
  }
}

function checksum(check: number, bytes: Buffer, budget: Budget): Buffer {
  budget.spend(bytes.length);
  if (check === 4) return crc64(bytes);
  if (check === 10) return createHash('sha256').update(bytes).digest();
  const sum = Buffer.alloc(CHECK_SIZES.get(check) ?? 0);
  if (check === 1) sum.writeUInt32LE(crc32(bytes));
  return sum;
}
