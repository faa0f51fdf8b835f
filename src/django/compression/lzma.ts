import type { Budget } from '../budget.ts';
import { malformed } from '../undecodable.ts';
import type { Output } from './output.ts';
import { EVEN, RangeDecoder } from './range-decoder.ts';

const STATES = 12;
const POSITIONS = 16;
const MIN_MATCH = 2;

/** Steps of a literal byte (nine bits through the range decoder), and of a match (up to forty). */
const LITERAL = 10;
const MATCH = 30;

/** The probabilities of a match's length, where they start in the table: choice, second choice, three trees. */
const LENGTH_SIZE = 2 + POSITIONS * 8 * 2 + 256;

let next = 0;
const place = (size: number): number => {
  next += size;
  return next - size;
};
/** Where each kind of probability starts in one table. */
const IS_MATCH = place(STATES * POSITIONS);
const IS_REP = place(STATES);
const IS_REP0 = place(STATES);
const IS_REP1 = place(STATES);
const IS_REP2 = place(STATES);
const IS_REP0_LONG = place(STATES * POSITIONS);
const MATCH_LENGTH = place(LENGTH_SIZE);
const REP_LENGTH = place(LENGTH_SIZE);
const SLOTS = place(4 * 64);
const SPECIAL = place(128);
const ALIGN = place(16);
const LITERALS = place(0x300 << 4);

/** An LZMA decoder that keeps its state from chunk to chunk, as LZMA2 wants it (LZMA specification). */
export class Lzma {
  private readonly output: Output;
  private readonly budget: Budget;
  private readonly table = new Uint16Array(next);
  private lc = 0;
  private lpMask = 0;
  private pbMask = 0;
  private configured = false;
  private state = 0;
  private reps: [number, number, number, number] = [1, 1, 1, 1];
  /** Where in the output the dictionary starts. */
  private start = 0;

  constructor(output: Output, budget: Budget) {
    this.output = output;
    this.budget = budget;
  }

  /** Nothing written so far may be referred to any more. */
  forget(): void {
    this.start = this.output.length;
  }

  /** @param properties lc, lp and pb in one byte: (pb * 5 + lp) * 9 + lc */
  configure(properties: number): void {
    const lc = properties % 9;
    const lp = Math.floor(properties / 9) % 5;
    const pb = Math.floor(properties / 45);
    if (pb > 4 || lc + lp > 4) throw malformed('lzma has unknown properties');
    this.lc = lc;
    this.lpMask = (1 << lp) - 1;
    this.pbMask = (1 << pb) - 1;
    this.configured = true;
    this.reset();
  }

  reset(): void {
    this.budget.spendBytes(this.table.byteLength);
    this.table.fill(EVEN);
    this.state = 0;
    this.reps = [1, 1, 1, 1];
  }

  /** @param size bytes that the chunk must give */
  decode(chunk: Buffer, size: number): void {
    if (!this.configured) throw malformed('lzma starts without properties');
    const range = new RangeDecoder(chunk);
    const end = this.output.length + size;
    while (this.output.length < end) this.step(range, end);
    if (!range.finished) throw malformed('lzma chunk has a wrong end');
  }

  private step(range: RangeDecoder, end: number): void {
    const { table, state } = this;
    const position = (this.output.length - this.start) & this.pbMask;
    if (range.bit(table, IS_MATCH + state * POSITIONS + position) === 0) {
      this.budget.spend(LITERAL);
      this.literal(range);
      return;
    }
    this.budget.spend(MATCH);
    let length: number;
    if (range.bit(table, IS_REP + state) === 0) {
      length = this.length(range, MATCH_LENGTH, position);
      this.reps = [this.distance(range, length), this.reps[0], this.reps[1], this.reps[2]];
      this.state = state < 7 ? 7 : 10;
    } else if (this.repeated(range, position)) {
      length = 1;
      this.state = state < 7 ? 9 : 11;
    } else {
      length = this.length(range, REP_LENGTH, position);
      this.state = state < 7 ? 8 : 11;
    }
    if (this.reps[0] > this.output.length - this.start) throw malformed('lzma refers to before its start');
    if (length > end - this.output.length) throw malformed('lzma chunk is longer than it says');
    this.output.copy(this.reps[0], length);
  }

  /** Brings one of the last four distances to the front; true for a single byte from the last one. */
  private repeated(range: RangeDecoder, position: number): boolean {
    const { table, state } = this;
    const [rep0, rep1, rep2, rep3] = this.reps;
    if (range.bit(table, IS_REP0 + state) === 0) {
      return range.bit(table, IS_REP0_LONG + state * POSITIONS + position) === 0;
    }
    if (range.bit(table, IS_REP1 + state) === 0) this.reps = [rep1, rep0, rep2, rep3];
    else if (range.bit(table, IS_REP2 + state) === 0) this.reps = [rep2, rep0, rep1, rep3];
    else this.reps = [rep3, rep0, rep1, rep2];
    return false;
  }

  private literal(range: RangeDecoder): void {
    const { output, table } = this;
    const written = output.length - this.start;
    const previous = written > 0 ? output.back(1) : 0;
    const context = ((written & this.lpMask) << this.lc) + (previous >> (8 - this.lc));
    const base = LITERALS + 0x300 * context;
    let symbol = 1;
    if (this.state >= 7) {
      if (this.reps[0] > written) throw malformed('lzma refers to before its start');
      for (let match = output.back(this.reps[0]); symbol < 0x100; match <<= 1) {
        const expected = (match >> 7) & 1;
        const bit = range.bit(table, base + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== expected) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(table, base + symbol);
    output.push(symbol & 0xff);
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
  }

  private length(range: RangeDecoder, base: number, position: number): number {
    const trees = base + 2;
    if (range.bit(this.table, base) === 0) return MIN_MATCH + range.tree(this.table, trees + position * 8, 3);
    if (range.bit(this.table, base + 1) === 0) {
      return MIN_MATCH + 8 + range.tree(this.table, trees + (POSITIONS + position) * 8, 3);
    }
    return MIN_MATCH + 16 + range.tree(this.table, trees + POSITIONS * 16, 8);
  }

  /** How far back, from 1. */
  private distance(range: RangeDecoder, length: number): number {
    const lengthState = Math.min(length - MIN_MATCH, 3);
    const slot = range.tree(this.table, SLOTS + lengthState * 64, 6);
    if (slot < 4) return slot + 1;
    const bits = (slot >> 1) - 1;
    const high = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return high + range.reverseTree(this.table, SPECIAL + high - slot, bits) + 1;
    return high + range.direct(bits - 4) * 16 + range.reverseTree(this.table, ALIGN, 4) + 1;
  }
}
