import type { Value } from './value.ts';

/**
 * The value with its dicts as objects without a prototype and its sets as lists, as rules and templates want them.
 * Integer keys become their digits, unless the same digits are there as text; other keys are left out.
 */
export function plain(value: Value): unknown {
  if (value instanceof Map) return plainRecord(value);
  if (value instanceof Set) return Array.from(value as ReadonlySet<Value>, plain);
  if (Array.isArray(value)) return (value as readonly Value[]).map(plain);
  return value;
}

function plainRecord(map: ReadonlyMap<Value, Value>): Record<string, unknown> {
  const record: Record<string, unknown> = Object.create(null);
  for (const [key, item] of map) {
    if (typeof key === 'string') record[key] = plain(item);
    else if ((Number.isInteger(key) || typeof key === 'bigint') && !map.has(String(key))) {
      record[String(key)] = plain(item);
    }
  }
  return record;
}
