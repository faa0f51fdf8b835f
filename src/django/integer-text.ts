import { MAX_DIGITS } from './limits.ts';
import { integer } from './value.ts';

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
  const magnitude = BigInt(digits);
  return integer(match[1] === '-' ? -magnitude : magnitude);
}
