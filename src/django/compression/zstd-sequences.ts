import { malformed } from '../undecodable.ts';
import { FseState, type FseTable, fseOf, readFseTable } from './fse.ts';
import type { Input } from './input.ts';
import type { Output } from './output.ts';
import { ReverseBits } from './reverse-bits.ts';
import type { ZstdMemory } from './zstd-memory.ts';
import {
  EXTRA_LITERALS,
  EXTRA_MATCH,
  KINDS,
  LITERALS_FROM,
  MATCH_FROM,
  MAX_OFFSET_CODE,
} from './zstd-tables.ts';

/** Steps of a sequence beside the bytes that it makes. */
const SEQUENCE = 30;

/** Runs a block's sequences: so many literals, then a copy from further back; what is left of the literals ends it. */
export function runSequences(input: Input, literals: Uint8Array, memory: ZstdMemory, output: Output): void {
  const count = sequenceCount(input);
  let used = 0;
  if (count > 0) {
    const tables = readTables(input, memory);
    const bits = new ReverseBits(input.take(input.remaining));
    const [literalState, offsetState, matchState] = tables.map((table) => new FseState(table, bits)) as [
      FseState,
      FseState,
      FseState,
    ];
    input.budget.spend(SEQUENCE * count);
    for (let left = count; left > 0; left--) {
      const offsetCode = offsetState.symbol;
      if (offsetCode > MAX_OFFSET_CODE) throw malformed('zstd refers too far back');
      const offset = 2 ** offsetCode + bits.read(offsetCode);
      const match = (MATCH_FROM[matchState.symbol] ?? 0) + bits.read(EXTRA_MATCH[matchState.symbol] ?? 0);
      const length =
        (LITERALS_FROM[literalState.symbol] ?? 0) + bits.read(EXTRA_LITERALS[literalState.symbol] ?? 0);
      if (left > 1) for (const state of [literalState, matchState, offsetState]) state.advance(bits);
      if (bits.left < 0 || used + length > literals.length) throw malformed('zstd sequences are cut off');
      output.appendPart(literals, used, used + length);
      used += length;
      output.copy(distance(memory, offset, length === 0), match);
    }
    if (bits.left !== 0) throw malformed('zstd sequences go on after their end');
  }
  output.append(literals.subarray(used));
}

function sequenceCount(input: Input): number {
  const first = input.byte();
  if (first < 128) return first;
  if (first < 255) return ((first - 128) << 8) + input.byte();
  return input.number(2) + 0x7f00;
}

function readTables(input: Input, memory: ZstdMemory): FseTable[] {
  const modes = input.byte();
  if (modes & 3) throw malformed('zstd block has unknown flags');
  return KINDS.map(({ usual, accuracy, symbols }, kind) => {
    const table = readTable((modes >> (6 - 2 * kind)) & 3);
    memory.tables[kind] = table;
    return table;

    function readTable(mode: number): FseTable {
      if (mode === 0) return usual;
      if (mode === 2) return readFseTable(input, accuracy, symbols);
      const table = mode === 1 ? fseOf(input.byte()) : memory.tables[kind];
      if (!table || (table.symbols[0] ?? 0) >= symbols)
        throw malformed('zstd block has no table to go on with');
      return table;
    }
  });
}

/** Offsets 1 to 3 stand for one of the last three; without literals before them, for the next one or one less. */
function distance(memory: ZstdMemory, offset: number, bare: boolean): number {
  const [first, second, third] = memory.offsets;
  if (offset > 3) memory.offsets = [offset - 3, first, second];
  else {
    const index = offset - (bare ? 0 : 1);
    if (index === 1) memory.offsets = [second, first, third];
    else if (index > 1) memory.offsets = [index === 2 ? third : first - 1, first, second];
  }
  return memory.offsets[0];
}
