import Type, { type Static } from 'typebox';
import { UnreadableRecord } from './unreadable.ts';

const Field = Type.Union([
  Type.Literal('bool'),
  Type.Literal('int'),
  Type.Literal('double'),
  Type.Literal('string'),
  Type.Literal('list'),
  Type.Object(
    {
      list: Type.String({
        minLength: 1,
        maxLength: 8,
        description: 'What separates the items of a list that is stored as one text: `{ list: "," }`.',
      }),
    },
    { additionalProperties: false },
  ),
]);

/** The option `fields` of `users`. */
export const FieldsOption = Type.Record(Type.String(), Field, {
  description:
    'What the fields of records are, so that 1, "1" and true mean the same: `is_vip: bool`. `groups: { list: "," }` splits text at commas; without it text is one group, whatever is in it.',
});

/** What a field of a user's record is declared as. */
export type FieldType = Static<typeof Field>;
export type Fields = Readonly<Record<string, FieldType>>;

/**
 * A field's value as its declared type: apps write 1, "1", True and true for the same thing.
 *
 * @throws UnreadableRecord when the value does not fit the type
 */
export function coerce(name: string, type: FieldType, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  switch (type) {
    case 'bool':
      return toFlag(name, value);
    case 'int':
      return toInteger(name, value);
    case 'double':
      return toNumber(name, value);
    case 'string':
      return toText(name, value);
    case 'list':
      return toTextList(name, value);
    default:
      return toTextList(name, value, type.list);
  }
}

/**
 * Text as it is, numbers as their digits.
 *
 * @throws UnreadableRecord for anything else, and for a number beyond 2^53: it is not exact, and names nobody
 */
export function toText(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  const exact = typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (!exact) throw new UnreadableRecord(`${name} is neither text nor a number below 2^53`);
  return String(value);
}

function toInteger(name: string, value: unknown): number {
  const number = toNumber(name, value);
  if (!Number.isSafeInteger(number)) throw new UnreadableRecord(`${name} is not an integer below 2^53`);
  return number;
}

const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

function toNumber(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && NUMBER.test(value.trim())) return Number(value);
  throw new UnreadableRecord(`${name} is not a number`);
}

/**
 * A list of text. Text is one item, whatever is in it, unless a separator is declared: "Read Only Admin" is one group.
 * An object with a `name` counts by its name.
 *
 * @param separator where text is split; blanks around the items are cut off and empty items left out
 * @throws UnreadableRecord
 */
export function toTextList(name: string, value: unknown, separator?: string): string[] {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'string') return separator === undefined ? [value] : split(value, separator);
  if (!Array.isArray(value)) throw new UnreadableRecord(`${name} is not a list`);
  return value.flatMap((item: unknown) => {
    const named = item !== null && typeof item === 'object' && 'name' in item ? item.name : item;
    return toText(name, named) ?? [];
  });
}

function split(text: string, separator: string): string[] {
  return text.split(separator).map(trimBlanks).filter(Boolean);
}

/** ASCII blanks only: `trim` would also cut what Unicode calls a space, which may be part of a name. */
function trimBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text[start] === ' ') start++;
  while (start < end && text[end - 1] === ' ') end--;
  return text.slice(start, end);
}

/**
 * A flag as JSON, Python and Redis hashes write it: true, 1, "1", "true"; false, 0, null, "0", "false", "". Letter case
 * does not matter.
 *
 * @throws UnreadableRecord for anything else, so that a typo refuses instead of letting in
 */
export function toFlag(name: string, value: unknown): boolean {
  switch (typeof value === 'string' ? value.toLowerCase() : value) {
    case true:
    case 1:
    case '1':
    case 'true':
      return true;
    case false:
    case 0:
    case null:
    case '0':
    case 'false':
    case '':
      return false;
    default:
      throw new UnreadableRecord(`${name} is neither true nor false`);
  }
}
