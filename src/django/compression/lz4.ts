import type { Budget } from '../budget.ts';
import { malformed } from '../undecodable.ts';
import { Input } from './input.ts';
import { Output } from './output.ts';
import { xxh32 } from './xxh32.ts';

export const LZ4_MAGIC = [0x04, 0x22, 0x4d, 0x18] as const;

const STORED = 0x8000_0000;
const MIN_MATCH = 4;

/** Steps of a block beside what is in it, and of a sequence of literals and a copy. */
const BLOCK = 50;
const SEQUENCE = 8;

/**
 * One LZ4 frame (LZ4 Frame Format 1.6), as Python's `lz4.frame.compress` writes it; dictionaries are not known.
 *
 * @throws Undecodable
 */
export function decompressLz4(bytes: Uint8Array, budget: Budget): Buffer {
  const input = new Input(bytes, budget);
  input.expect(LZ4_MAGIC);
  const flags = header(input);
  const output = new Output(budget);
  for (let size = input.number(4); size !== 0; size = input.number(4)) {
    budget.spend(BLOCK);
    const block = input.take(size % STORED);
    if (flags.blockChecksum && input.number(4) !== paidSum(block, budget))
      throw malformed('lz4 block has a wrong checksum');
    if (size >= STORED) output.append(block);
    else decodeBlock(new Input(block, budget), output, flags.linked ? 0 : output.length);
  }
  const result = output.result();
  if (flags.contentChecksum && input.number(4) !== paidSum(result, budget))
    throw malformed('lz4 frame has a wrong checksum');
  if (flags.size !== undefined && flags.size !== result.length)
    throw malformed('lz4 frame has a wrong length');
  return result;
}

interface Flags {
  linked: boolean;
  blockChecksum: boolean;
  contentChecksum: boolean;
  size: number | undefined;
}

function header(input: Input): Flags {
  const start = input.at;
  const flag = input.byte();
  const descriptor = input.byte();
  if (flag >> 6 !== 1 || flag & 0b11 || descriptor & 0x8f) throw malformed('lz4 frame has an unknown header');
  const size = flag & 0b1000 ? input.number(6) + input.number(2) * 2 ** 48 : undefined;
  const checksum = (paidSum(input.buffer.subarray(start, input.at), input.budget) >>> 8) & 0xff;
  if (input.byte() !== checksum) throw malformed('lz4 header has a wrong checksum');
  return { linked: !(flag & 0x20), blockChecksum: !!(flag & 0x10), contentChecksum: !!(flag & 0b100), size };
}

/** @param start of what the block may refer back to, in the output */
function decodeBlock(input: Input, output: Output, start: number): void {
  while (true) {
    input.budget.spend(SEQUENCE);
    const token = input.byte();
    const literals = input.skip(length(input, token >> 4));
    output.appendPart(input.buffer, literals, input.at);
    if (input.remaining === 0) return;
    const distance = input.number(2);
    const count = length(input, token & 0x0f) + MIN_MATCH;
    if (distance > output.length - start) throw malformed('lz4 block refers to before its start');
    output.copy(distance, count);
  }
}

function paidSum(bytes: Buffer, budget: Budget): number {
  budget.spend(bytes.length / 4);
  return xxh32(bytes);
}

/** Fifteen means that more bytes follow, up to one that is not 255. */
function length(input: Input, short: number): number {
  let total = short;
  if (short < 15) return total;
  for (let more = 255; more === 255; ) {
    more = input.byte();
    total += more;
  }
  return total;
}
