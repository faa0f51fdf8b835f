import type { ASTNode } from '@marcbachmann/cel-js';
import type { Facts } from '../core/facts.ts';
import { Opaque } from '../core/opaque.ts';
import type { Spend } from './expression-costs.ts';
import { childrenOf } from './expression-language.ts';

export const ROOTS = ['user', 'params', 'request'] as const;
type Root = (typeof ROOTS)[number];

/** The names below each root that an expression reads; undefined where it may read any. */
type Reads = Readonly<Record<Root, ReadonlySet<string> | undefined>>;

/** The language remembers the type of each list and map that it sees, which is made of those inside of it. */
const DEEPEST = 8;

interface Converted {
  value: unknown;
  steps: number;
}

/** By the record that they are of, and by name: made once, as several expressions may ask. */
const known = new WeakMap<object, Map<string, Converted>>();

/**
 * The facts that an expression reads, as the language has them: maps without a prototype that a name could reach, and
 * integers as `int`; to JavaScript they are `double`, and `user.n + 1` would be an error.
 */
export function celFacts(reads: Reads, facts: Facts, spend: Spend): Record<Root, Map<string, unknown>> {
  const made = { user: new Map(), params: new Map(), request: new Map() };
  for (const root of ROOTS) {
    const record: Readonly<Record<string, unknown>> = facts[root];
    for (const name of reads[root] ?? Object.keys(record)) {
      if (Object.hasOwn(record, name)) made[root].set(name, convertedOnce(record, name, spend));
    }
  }
  return made;
}

function convertedOnce(record: Readonly<Record<string, unknown>>, name: string, spend: Spend): unknown {
  const ofRecord = known.get(record) ?? new Map<string, Converted>();
  known.set(record, ofRecord);
  const before = ofRecord.get(name);
  if (before) {
    spend(before.steps);
    return before.value;
  }
  let steps = 0;
  const value = celValue(record[name], 0, (more) => {
    steps += more;
    spend(more);
  });
  ofRecord.set(name, { value, steps });
  return value;
}

function celValue(value: unknown, depth: number, spend: Spend): unknown {
  const container = value !== null && typeof value === 'object';
  spend(container ? 4 : 1);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  // A type that the language does not know: an expression that reads it is an error, and so undecided.
  if (!container || value instanceof Opaque) return value;
  if (depth === DEEPEST) throw new RangeError(`a field is nested more than ${DEEPEST} deep`);
  if (Array.isArray(value)) return value.map((item) => celValue(item, depth + 1, spend));
  return new Map(Object.entries(value).map(([name, item]) => [name, celValue(item, depth + 1, spend)]));
}

export function readsOf(tree: ASTNode): Reads {
  const names: Record<Root, Set<string> | undefined> = {
    user: new Set(),
    params: new Set(),
    request: new Set(),
  };
  collect(tree, names);
  return names;
}

function collect(node: ASTNode, names: Record<Root, Set<string> | undefined>): void {
  const named = namedIn(node);
  if (named) {
    names[named.root]?.add(named.name);
    return;
  }
  const whole = rootOf(node);
  if (whole !== undefined) names[whole] = undefined;
  for (const child of childrenOf(node.args)) collect(child, names);
}

function rootOf(node: ASTNode): Root | undefined {
  return node.op === 'id' ? ROOTS.find((root) => root === node.args) : undefined;
}

/** What `user.name`, `user["name"]` and `"name" in user` read. */
function namedIn(node: ASTNode): { root: Root; name: string } | undefined {
  if (node.op !== '.' && node.op !== '[]' && node.op !== 'in') return undefined;
  const [of, named] = node.op === 'in' ? [node.args[1], node.args[0]] : node.args;
  const root = rootOf(of);
  const name = typeof named === 'string' ? named : textOf(named);
  return root === undefined || name === undefined ? undefined : { root, name };
}

function textOf(node: ASTNode): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}
