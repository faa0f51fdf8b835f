import { Opaque } from '../core/opaque.ts';
import type { Budget } from './budget.ts';

/**
 * What a record can hold. A dict is a `Map` (its keys need not be text, and no key can reach a prototype), a set a
 * `Set`, a tuple a frozen array; an integer beyond 2^53 stays a `bigint`, exactly.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | ReadonlySet<Value>
  | Opaque;

/** Integers that a double holds exactly are numbers, all others stay big. */
export function integer(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** Text that Python can hold and UTF-8 cannot: half a surrogate pair. JavaScript would join two halves to one character. */
export const ILL_FORMED_TEXT = new Opaque('builtins.str');

/**
 * Refuses a value that, written out as a tree, is too big or too deep. Pickle can name one list twice, so that forty
 * bytes may stand for a billion values, and can put a list into itself; whoever walks the value later is safe from both.
 *
 * @throws Undecodable (`limit`)
 */
export function refuseUnbounded(root: Value, budget: Budget): void {
  const visit = (value: Value, depth: number): void => {
    budget.spend(VISIT);
    if (typeof value === 'string' || value instanceof Uint8Array) budget.spendBytes(value.length);
    const bare = value === null || typeof value !== 'object' || value instanceof Uint8Array;
    if (bare || value instanceof Opaque) return;
    budget.refuseDeep(depth + 1);
    if (value instanceof Map) {
      for (const [key, item] of value) {
        visit(key, depth + 1);
        visit(item, depth + 1);
      }
    } else {
      for (const item of value as Iterable<Value>) visit(item, depth + 1);
    }
  };
  visit(root, 0);
}

/** Steps of looking at one value. */
const VISIT = 4;
