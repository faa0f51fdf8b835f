import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { Facts } from '../core/facts.ts';
import { glob } from './glob.ts';

/** @throws after any error: a missing key, a type that does not fit */
export type Evaluate = (facts: Facts) => boolean;

const LONGEST = 1_000;
const DEEPEST_COMPREHENSIONS = 2;
const COMPREHENSIONS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** JavaScript's RegExp, compiled anew at each call, can be made to run for minutes. */
const REFUSED = new Map([
  [
    'matches',
    '`matches` is not offered, as a regular expression can run for minutes: use startsWith, endsWith, contains or glob',
  ],
]);

const environment = new Environment({
  unlistedVariablesAreDyn: false,
  limits: { maxAstNodes: 500, maxDepth: 50 },
})
  .registerVariable('user', 'map')
  .registerVariable('params', 'map')
  .registerVariable('request', 'map')
  .registerFunction('string.glob(string): bool', glob);

/**
 * Compiles an expression of the Common Expression Language. An error is a sentence for the operator: what does
 * not parse, does not check, is not a `bool`, or could take long.
 *
 * Integers of the user's record are seen as `int`; `user.is_vip == 1` is true for 1, false for true and "1".
 */
export function compileExpression(text: string): Evaluate | string {
  if (text.trim() === '') return 'the expression is empty';
  if (text.length > LONGEST) return `the expression has ${text.length} characters; ${LONGEST} are allowed`;
  let program: ReturnType<Environment['parse']>;
  try {
    program = environment.parse(text);
  } catch (error) {
    return firstLine(error);
  }
  const costly = refuse(program.ast, 0);
  if (costly) return costly;
  const checked = program.check();
  if (!checked.valid) return firstLine(checked.error);
  if (checked.type !== 'bool')
    return `the expression is of type ${checked.type}; it must be a comparison, of type bool`;
  return ({ user, params, request }) => {
    const value: unknown = program({ user: typed(user), params: typed(params), request: typed(request) });
    if (typeof value !== 'boolean') throw new Error('the expression is not a bool');
    return value;
  };
}

/** The syntax tree of an expression; undefined where it has none. */
export function parseExpression(text: string): ASTNode | undefined {
  try {
    return environment.parse(text).ast;
  } catch {
    return undefined;
  }
}

/** Where in the text the problem is that `compileExpression` tells, if it has a place. */
export function problemAt(text: string): number | undefined {
  try {
    const checked = environment.parse(text).check();
    return checked.valid ? undefined : startOf(checked.error);
  } catch (error) {
    return startOf(error);
  }
}

function startOf(error: unknown): number | undefined {
  const range = error instanceof Error && 'range' in error ? (error.range as { start?: number }) : undefined;
  return range?.start;
}

const known = new WeakMap<object, unknown>();

/**
 * Facts as the language has them, made once: maps without a prototype that a name could reach, and integers as
 * `int`; to JavaScript they are `double`, and `user.n + 1` would be an error.
 */
function typed(facts: Facts[keyof Facts]): unknown {
  const made = known.get(facts) ?? celValue(facts);
  known.set(facts, made);
  return made;
}

function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (value === null || typeof value !== 'object') return value;
  return new Map(Object.entries(value).map(([name, item]) => [name, celValue(item)]));
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : 'not an expression';
  return message.split('\n', 1)[0] ?? message;
}

function refuse(node: ASTNode, comprehensions: number): string | undefined {
  const method = node.op === 'rcall' || node.op === 'call' ? node.args[0] : undefined;
  const refused = method && REFUSED.get(method);
  if (refused) return refused;
  const depth = method && COMPREHENSIONS.has(method) ? comprehensions + 1 : comprehensions;
  if (depth > DEEPEST_COMPREHENSIONS)
    return `more than ${DEEPEST_COMPREHENSIONS} nested comprehensions (all, exists, map, filter)`;
  // What a comprehension runs over is made once, before it: only what stands inside is nested.
  const over = node.op === 'rcall' ? node.args[1] : undefined;
  for (const child of childrenOf(node.args)) {
    const found = refuse(child, child === over ? comprehensions : depth);
    if (found) return found;
  }
  return undefined;
}

export function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return args !== null && typeof args === 'object' && 'op' in args && 'args' in args ? [args as ASTNode] : [];
}
