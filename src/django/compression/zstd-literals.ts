import type { Budget } from '../budget.ts';
import { malformed } from '../undecodable.ts';
import { decodeHuffman, type HuffmanTable, readHuffmanTable } from './huffman.ts';
import type { Input } from './input.ts';
import { MAX_BLOCK, type ZstdMemory } from './zstd-memory.ts';

/**
 * The literals of a block: stored, one byte repeated, or Huffman-coded with a tree of their own or the last block's
 * (RFC 8878, 3.1.1.3.1).
 */
export function readLiterals(input: Input, memory: ZstdMemory): Uint8Array {
  const first = input.byte();
  const type = first & 3;
  const format = (first >> 2) & 3;
  if (type < 2) {
    const size = plainSize(input, first, format);
    if (size > MAX_BLOCK) throw malformed('zstd block is too large');
    input.budget.spendBytes(size);
    return type === 0 ? input.take(size) : new Uint8Array(size).fill(input.byte());
  }
  const { size, packed } = codedSizes(input, first, format);
  if (size > MAX_BLOCK) throw malformed('zstd block is too large');
  const end = input.at + packed;
  if (type === 2) memory.huffman = readHuffmanTable(input);
  if (!memory.huffman || end < input.at) throw malformed('zstd literals have no Huffman tree');
  input.budget.spendBytes(size);
  const literals = new Uint8Array(size);
  const streams = input.take(end - input.at);
  if (format === 0) decodeHuffman(streams, memory.huffman, literals, input.budget);
  else fourStreams(streams, memory.huffman, literals, input.budget);
  return literals;
}

/** Five bits in the first byte, or twelve or twenty with the next ones. */
function plainSize(input: Input, first: number, format: number): number {
  if (format === 1) return (first >> 4) + (input.byte() << 4);
  if (format === 3) return (first >> 4) + (input.number(2) << 4);
  return first >> 3;
}

function codedSizes(input: Input, first: number, format: number): { size: number; packed: number } {
  const width = [10, 10, 14, 18][format] ?? 0;
  const bits = (first >> 4) + input.number((2 * width + 4) / 8 - 1) * 16;
  return { size: bits % 2 ** width, packed: Math.floor(bits / 2 ** width) };
}

/** Three lengths, then four streams; each gives a quarter, the last what is left. */
function fourStreams(streams: Buffer, table: HuffmanTable, literals: Uint8Array, budget: Budget): void {
  if (streams.length < 6) throw malformed('compressed data is cut off');
  const quarter = (literals.length + 3) >> 2;
  if (literals.length < 3 * quarter) throw malformed('zstd literals are too few for four streams');
  let from = 6;
  for (let i = 0; i < 4; i++) {
    const to = i < 3 ? from + streams.readUInt16LE(2 * i) : streams.length;
    if (to > streams.length) throw malformed('compressed data is cut off');
    const end = i < 3 ? (i + 1) * quarter : literals.length;
    decodeHuffman(streams.subarray(from, to), table, literals.subarray(i * quarter, end), budget);
    from = to;
  }
}
