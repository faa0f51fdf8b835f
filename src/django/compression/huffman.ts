import type { Budget } from '../budget.ts';
import { malformed } from '../undecodable.ts';
import { FseState, log2, readFseTable } from './fse.ts';
import { Input } from './input.ts';
import { ReverseBits } from './reverse-bits.ts';

const MAX_BITS = 11;
const MAX_SYMBOLS = 256;

/** Steps of reading a table, and of each byte that it stands for. */
const TABLE = 3_000;
const SYMBOL = 5;

/** For each possible start of a stream: the byte it stands for and how many bits that took (RFC 8878, 4.2.1). */
export interface HuffmanTable {
  maxBits: number;
  symbols: Uint8Array;
  bits: Uint8Array;
}

/** @throws Undecodable */
export function readHuffmanTable(input: Input): HuffmanTable {
  input.budget.spend(TABLE);
  const weights = readWeights(input);
  const sum = weights.reduce((total, weight) => total + ((1 << weight) >> 1), 0);
  if (sum === 0) throw malformed('zstd has an empty Huffman tree');
  const maxBits = log2(sum) + 1;
  const rest = (1 << maxBits) - sum;
  if (maxBits > MAX_BITS || rest !== 1 << log2(rest))
    throw malformed('zstd has a Huffman tree that does not add up');
  weights.push(log2(rest) + 1);
  if (weights.length > MAX_SYMBOLS) throw malformed('zstd has a Huffman tree that is too large');
  return tableOf(weights, maxBits);
}

/** Rare bytes come first, each in as many places as its weight says. */
function tableOf(weights: readonly number[], maxBits: number): HuffmanTable {
  const table = { maxBits, symbols: new Uint8Array(1 << maxBits), bits: new Uint8Array(1 << maxBits) };
  let at = 0;
  for (let weight = 1; weight <= maxBits; weight++) {
    for (const [symbol, own] of weights.entries()) {
      if (own !== weight) continue;
      const end = at + (1 << (weight - 1));
      table.symbols.fill(symbol, at, end);
      table.bits.fill(maxBits + 1 - weight, at, end);
      at = end;
    }
  }
  return table;
}

function readWeights(input: Input): number[] {
  const header = input.byte();
  if (header < 128) return compressedWeights(new Input(input.take(header), input.budget));
  const count = header - 127;
  const nibbles = Array.from(input.take((count + 1) >> 1)).flatMap((byte) => [byte >> 4, byte & 0x0f]);
  const weights = nibbles.slice(0, count);
  if (weights.some((weight) => weight > MAX_BITS))
    throw malformed('zstd has a Huffman tree that is too deep');
  return weights;
}

/** Two states take turns, until there are no bits for the next one. */
function compressedWeights(input: Input): number[] {
  const table = readFseTable(input, 6, MAX_BITS + 1);
  const bits = new ReverseBits(input.take(input.remaining));
  let current = new FseState(table, bits);
  let other = new FseState(table, bits);
  const weights: number[] = [];
  if (bits.left < 0) throw malformed('zstd has a Huffman tree that is cut off');
  while (bits.left >= 0) {
    weights.push(current.symbol);
    if (weights.length >= MAX_SYMBOLS) throw malformed('zstd has a Huffman tree that is too large');
    current.advance(bits);
    [current, other] = [other, current];
  }
  weights.push(current.symbol);
  return weights;
}

/** Reads one stream that must give exactly as many bytes as fit into `into`. */
export function decodeHuffman(stream: Buffer, table: HuffmanTable, into: Uint8Array, budget: Budget): void {
  budget.spend(SYMBOL * into.length);
  const bits = new ReverseBits(stream);
  for (let i = 0; i < into.length; i++) {
    const code = bits.peek(table.maxBits);
    into[i] = table.symbols[code] ?? 0;
    bits.left -= table.bits[code] ?? 0;
  }
  if (bits.left !== 0) throw malformed('zstd has a Huffman stream of a wrong length');
}
