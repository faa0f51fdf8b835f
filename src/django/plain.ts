import { Opaque } from '../core/opaque.ts';
import { Budget } from './budget.ts';
import type { Value } from './value.ts';

/** No rule and no header has a use for bytes. */
const BYTES = new Opaque('builtins.bytes');

/** Steps of one value here and on its way through rules and headers. */
const PLAIN_VALUE = 25;

/**
 * The value with its dicts as objects without a prototype and its sets as lists, as rules and templates want them.
 * Integer keys become their digits, unless the same digits are there as text; other keys are left out. An opaque value
 * whose text is known becomes that text.
 *
 * @throws Undecodable (`limit`) when the value, written out as a tree, is too big or too deep
 */
export function plain(root: Value, budget: Budget = new Budget()): unknown {
  const visit = (value: Value, depth: number): unknown => {
    budget.spend(PLAIN_VALUE);
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof Uint8Array) return BYTES;
    if (value instanceof Opaque) return value.text ?? value;
    budget.refuseDeep(depth + 1);
    if (value instanceof Map) return record(value, (item) => visit(item, depth + 1));
    return Array.from(value as Iterable<Value>, (item) => visit(item, depth + 1));
  };
  return visit(root, 0);
}

function record(map: ReadonlyMap<Value, Value>, visit: (value: Value) => unknown): Record<string, unknown> {
  const made: Record<string, unknown> = Object.create(null);
  for (const [key, item] of map) {
    const name = nameOf(key);
    if (name !== undefined && (name === key || !map.has(name))) made[name] = visit(item);
  }
  return made;
}

function nameOf(key: Value): string | undefined {
  if (typeof key === 'string') return key;
  return Number.isInteger(key) || typeof key === 'bigint' ? String(key) : undefined;
}
