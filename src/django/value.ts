import type { Limits } from './limits.ts';
import { tooMuch } from './undecodable.ts';

/** A Python object that a record holds and nobody here needs: known by its type, without its content. */
export class Opaque {
  /** The Python type, such as `datetime.datetime`. */
  readonly opaque: string;

  constructor(opaque: string) {
    this.opaque = opaque;
  }
}

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

/**
 * Refuses a value that, written out as a tree, is too big or too deep. Pickle can name one list twice, so that forty
 * bytes may stand for a billion values, and can put a list into itself; whoever walks the value later is safe from both.
 *
 * @throws Undecodable (`limit`)
 */
export function refuseUnbounded(root: Value, limits: Limits): void {
  let items = 0;
  const visit = (value: Value, depth: number): void => {
    if (++items > limits.items) throw tooMuch(`record holds more than ${limits.items} values`);
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return;
    if (depth >= limits.depth) throw tooMuch(`record is nested deeper than ${limits.depth}`);
    if (value instanceof Map) {
      for (const [key, item] of value) {
        visit(key, depth + 1);
        visit(item, depth + 1);
      }
    } else if (Array.isArray(value) || value instanceof Set) {
      for (const item of value as Iterable<Value>) visit(item, depth + 1);
    }
  };
  visit(root, 0);
}
