import { fseTable } from './fse.ts';

/** Larger offsets than 2^27 reach further back than any record is long. */
export const MAX_OFFSET_CODE = 27;

/** RFC 8878, 3.1.1.3.2.1: for each code of a length, how many bits follow it. */
export const EXTRA_LITERALS = numbers('0*16 1*4 2*2 3*2 4 6 7 8 9 10 11 12 13 14 15 16');
export const EXTRA_MATCH = numbers('0*32 1*4 2*2 3*2 4*2 5 7 8 9 10 11 12 13 14 15 16');

/** The smallest length that each code stands for. */
export const LITERALS_FROM = smallest(EXTRA_LITERALS, 0);
export const MATCH_FROM = smallest(EXTRA_MATCH, 3);

/**
 * For literal lengths, offsets and match lengths, in the order in which a block describes them: the table that needs no
 * description (RFC 8878, 3.1.1.3.2.2), the largest accuracy and the number of codes.
 */
export const KINDS = [
  {
    usual: fseTable(6, numbers('4 3 2*11 1*3 2*9 3 2 1*5 -1*4')),
    accuracy: 9,
    symbols: EXTRA_LITERALS.length,
  },
  { usual: fseTable(5, numbers('1*6 2*3 1*15 -1*5')), accuracy: 8, symbols: 32 },
  { usual: fseTable(6, numbers('1 4 3 2*6 1*37 -1*7')), accuracy: 9, symbols: EXTRA_MATCH.length },
] as const;

/** `2*3` is three twos. */
function numbers(text: string): readonly number[] {
  return text.split(' ').flatMap((part) => {
    const [value, times = 1] = part.split('*').map(Number);
    return Array<number>(times).fill(value ?? 0);
  });
}

function smallest(extra: readonly number[], from: number): readonly number[] {
  let value = from;
  return extra.map((bits) => {
    value += 2 ** bits;
    return value - 2 ** bits;
  });
}
