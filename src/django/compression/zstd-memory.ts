import type { FseTable } from './fse.ts';
import type { HuffmanTable } from './huffman.ts';

/** Largest block of a zstd frame, in bytes of output. */
export const MAX_BLOCK = 128 << 10;

/** What the blocks of one zstd frame hand on to the next. */
export interface ZstdMemory {
  huffman: HuffmanTable | undefined;
  /** For literal lengths, offsets and match lengths. */
  tables: [FseTable | undefined, FseTable | undefined, FseTable | undefined];
  /** The last three offsets. */
  offsets: [number, number, number];
}
