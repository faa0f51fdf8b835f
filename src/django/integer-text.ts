import { integer } from './value.ts';

/** Python's own bound for reading an integer from text (`sys.get_int_max_str_digits`). */
export const MAX_DIGITS = 4300;

/** Integers with fewer digits are below 2^53. */
export const PERHAPS_BIG = 16;

/** Steps of turning digits into a number; for thousands of them that grows with the square of their count. */
export function costOfDigits(count: number): number {
  return count / 2 + count ** 2 / 3_000;
}

const PYTHON_INTEGER = /^[\t-\r ]*([+-]?)(\d+(?:_\d+)*)[\t-\r ]*$/;

/**
 * What Python's `int()` makes of text or bytes: a sign, digits, single underscores between them, ASCII blanks around.
 * Undefined where Python raises. Django's caches store integers that way and try this before anything else.
 */
export function integerFromText(text: string): number | bigint | undefined {
  const match = PYTHON_INTEGER.exec(text);
  if (!match) return undefined;
  const digits = (match[2] ?? '').replaceAll('_', '');
  if (digits.length > MAX_DIGITS) return undefined;
  const negative = match[1] === '-';
  if (digits.length < PERHAPS_BIG) return negative ? 0 - Number(digits) : Number(digits);
  return integer(negative ? -BigInt(digits) : BigInt(digits));
}
