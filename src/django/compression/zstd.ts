import type { Budget } from '../budget.ts';
import { malformed, refused } from '../undecodable.ts';
import { Input } from './input.ts';
import { Output } from './output.ts';
import { readLiterals } from './zstd-literals.ts';
import { MAX_BLOCK, type ZstdMemory } from './zstd-memory.ts';
import { runSequences } from './zstd-sequences.ts';

export const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const;

/** Steps of a block beside what is in it. */
const BLOCK = 100;

/**
 * One zstd frame (RFC 8878); dictionaries are not known, and the optional checksum is passed over. `node:zlib` has zstd
 * only from Node 22.15 on.
 *
 * @throws Undecodable
 */
export function decompressZstd(bytes: Uint8Array, budget: Budget): Buffer {
  const input = new Input(bytes, budget);
  input.expect(ZSTD_MAGIC);
  const { size, checksum } = header(input);
  const output = new Output(budget);
  const memory: ZstdMemory = {
    huffman: undefined,
    tables: [undefined, undefined, undefined],
    offsets: [1, 4, 8],
  };
  while (!block(input, output, memory));
  if (checksum) input.take(4);
  if (input.remaining > 0) throw malformed('zstd frame goes on after its end');
  if (size !== undefined && size !== output.length) throw malformed('zstd frame has a wrong length');
  return output.result();
}

function header(input: Input): { size: number | undefined; checksum: boolean } {
  const flags = input.byte();
  const single = (flags & 0x20) !== 0;
  if (flags & 0x08) throw malformed('zstd frame has unknown flags');
  if (!single) input.byte();
  const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
  if (dictionary > 0 && input.number(dictionary) !== 0) throw refused('zstd frame needs a dictionary');
  return { size: frameSize(input, flags >> 6, single), checksum: (flags & 0x04) !== 0 };
}

function frameSize(input: Input, flag: number, single: boolean): number | undefined {
  if (flag === 0) return single ? input.byte() : undefined;
  if (flag === 1) return input.number(2) + 256;
  return flag === 2 ? input.number(4) : input.number(6) + input.number(2) * 2 ** 48;
}

/** @returns whether it was the last */
function block(input: Input, output: Output, memory: ZstdMemory): boolean {
  input.budget.spend(BLOCK);
  const head = input.number(3);
  const size = head >> 3;
  if (size > MAX_BLOCK) throw malformed('zstd block is too large');
  const type = (head >> 1) & 3;
  if (type === 0) output.append(input.take(size));
  else if (type === 1) output.repeat(input.byte(), size);
  else if (type === 2) {
    const content = new Input(input.take(size), input.budget);
    runSequences(content, readLiterals(content, memory), memory, output);
  } else throw malformed('zstd block has an unknown type');
  return (head & 1) !== 0;
}
