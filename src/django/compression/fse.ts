import { malformed } from '../undecodable.ts';
import type { Input } from './input.ts';
import type { ReverseBits } from './reverse-bits.ts';

/** Steps of reading a table, and of making each of its states. */
const TABLE = 300;
const STATE = 4;

/** A finite-state-entropy table: what each state stands for, and how the next state is read (RFC 8878, 4.1.1). */
export interface FseTable {
  /** Bits of the first state. */
  accuracy: number;
  symbols: Uint8Array;
  bits: Uint8Array;
  bases: Uint16Array;
}

/** A table that always gives the same symbol. */
export function fseOf(symbol: number): FseTable {
  return { accuracy: 0, symbols: Uint8Array.of(symbol), bits: Uint8Array.of(0), bases: Uint16Array.of(0) };
}

/** @param shares of the table's 2 ** accuracy states for each symbol; -1 for less than one */
export function fseTable(accuracy: number, shares: readonly number[]): FseTable {
  const size = 1 << accuracy;
  const table = {
    accuracy,
    symbols: new Uint8Array(size),
    bits: new Uint8Array(size),
    bases: new Uint16Array(size),
  };
  const next = shares.map(Math.abs);
  let high = size;
  for (const [symbol, share] of shares.entries()) if (share < 0) table.symbols[--high] = symbol;
  spread(table.symbols, shares, high);
  for (const [state, symbol] of table.symbols.entries()) {
    const count = next[symbol] ?? 1;
    next[symbol] = count + 1;
    const bits = accuracy - log2(count);
    table.bits[state] = bits;
    table.bases[state] = (count << bits) - size;
  }
  return table;
}

function spread(symbols: Uint8Array, shares: readonly number[], high: number): void {
  const mask = symbols.length - 1;
  const step = (symbols.length >> 1) + (symbols.length >> 3) + 3;
  let at = 0;
  for (const [symbol, share] of shares.entries()) {
    for (let i = 0; i < share; i++) {
      symbols[at] = symbol;
      do at = (at + step) & mask;
      while (at >= high);
    }
  }
  if (at !== 0) throw malformed('zstd has a table that does not add up');
}

/**
 * Reads a table's description.
 *
 * @throws Undecodable for more than `maxAccuracy` bits or `maxSymbols` symbols
 */
export function readFseTable(input: Input, maxAccuracy: number, maxSymbols: number): FseTable {
  const bits = new ForwardBits(input.buffer.subarray(input.at));
  const accuracy = bits.read(4) + 5;
  if (accuracy > maxAccuracy) throw malformed('zstd has a table that is too large');
  input.budget.spend(TABLE + (STATE << accuracy));
  const shares: number[] = [];
  for (let left = 1 << accuracy; left > 0; ) {
    const share = readShare(bits, left);
    left -= Math.abs(share);
    shares.push(share);
    for (let zeros = share === 0 ? 3 : 0; zeros === 3; ) {
      zeros = bits.read(2);
      for (let i = 0; i < zeros; i++) shares.push(0);
    }
    if (left < 0 || shares.length > maxSymbols) throw malformed('zstd has a table that does not add up');
  }
  input.take((bits.at + 7) >> 3);
  return fseTable(accuracy, shares);
}

/** Small values take one bit less. */
function readShare(bits: ForwardBits, left: number): number {
  const width = log2(left + 1) + 1;
  const half = 1 << (width - 1);
  const short = 2 * half - 2 - left;
  const low = bits.read(width - 1);
  if (low < short) return low - 1;
  return (bits.read(1) === 0 ? low : low + half - short) - 1;
}

/** The place in a table while symbols are read. */
export class FseState {
  private readonly table: FseTable;
  private state: number;

  constructor(table: FseTable, bits: ReverseBits) {
    this.table = table;
    this.state = bits.read(table.accuracy);
  }

  get symbol(): number {
    return this.table.symbols[this.state] ?? 0;
  }

  advance(bits: ReverseBits): void {
    const { state, table } = this;
    this.state = (table.bases[state] ?? 0) + bits.read(table.bits[state] ?? 0);
  }
}

class ForwardBits {
  at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.at++) {
      const byte = this.bytes[this.at >> 3];
      if (byte === undefined) throw malformed('compressed data is cut off');
      value |= ((byte >> (this.at & 7)) & 1) << i;
    }
    return value;
  }
}

/** The place of the highest set bit of a positive number. */
export function log2(value: number): number {
  return 31 - Math.clz32(value);
}
