import { UnreadableRecord } from './unreadable.ts';

/** What a field of a user's record may be declared as, in `users: { fields: … }`. */
export const FIELD_TYPES = ['bool', 'int', 'double', 'string', 'list'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];
export type Fields = Readonly<Record<string, FieldType>>;

/**
 * A field's value as its declared type: apps write 1, "1", True and true for the same thing.
 *
 * @throws UnreadableRecord when it cannot be one
 */
export function coerce(name: string, type: FieldType, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  switch (type) {
    case 'bool':
      return toFlag(name, value);
    case 'int': {
      const number = toNumber(name, value);
      if (!Number.isSafeInteger(number)) throw new UnreadableRecord(`${name} is no integer`);
      return number;
    }
    case 'double':
      return toNumber(name, value);
    case 'string':
      return toText(name, value);
    case 'list':
      return toTextList(name, value);
  }
}

export function toText(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new UnreadableRecord(`${name} is neither text nor a number`);
}

function toNumber(name: string, value: unknown): number {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  if (typeof value === 'string' && /^[+-]?\d+(?:\.\d+)?$/.test(value.trim())) return Number(value);
  throw new UnreadableRecord(`${name} is no number`);
}

/** A list of text from a list, from space- or comma-separated text (RFC 8693 `scope`), or from nothing. */
export function toTextList(name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return value.split(/[\s,]+/).filter(Boolean);
  if (!Array.isArray(value)) throw new UnreadableRecord(`${name} is not a list`);
  return value.map((item: unknown) => {
    if (item !== null && typeof item === 'object' && 'name' in item) return toText(name, item.name) ?? '';
    return toText(name, item) ?? '';
  });
}

/** JSON booleans, and what Redis hashes hold of them: `1`, `0`, `True`, `false`, empty. */
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
