import type { ASTNode } from '@marcbachmann/cel-js';
import type { Facts } from '../core/facts.ts';
import { Budget, Meter } from './expression-budget.ts';
import { celFacts, readsOf } from './expression-facts.ts';
import { childrenOf, language } from './expression-language.ts';

/** @throws after any error: a missing key, a type that does not fit, more steps than one evaluation may take */
export type Evaluate = (facts: Facts, budget?: Budget) => boolean;

const LONGEST = 1_000;
const DEEPEST_COMPREHENSIONS = 2;
const COMPREHENSIONS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** JavaScript's RegExp, compiled anew at each call, can be made to run for minutes. */
const REFUSED = new Map([
  [
    'matches',
    '`matches` is not offered, as a regular expression can run for minutes: use startsWith, endsWith, contains or glob',
  ],
  ['json', '`json` is not offered, as the language remembers each form that a value can have'],
]);

/**
 * Compiles an expression of the Common Expression Language. An error is a sentence for the operator: what does
 * not parse, does not check, is not a `bool`, or could take long.
 *
 * Integers of the user's record are seen as `int`; `user.is_vip == 1` is true for 1, false for true and "1".
 */
export function compileExpression(text: string): Evaluate | string {
  if (text.trim() === '') return 'the expression is empty';
  if (text.length > LONGEST) return `the expression has ${text.length} characters; ${LONGEST} are allowed`;
  let program: ReturnType<typeof language.parse>;
  try {
    program = language.parse(text);
  } catch (error) {
    return firstLine(error);
  }
  const costly = refuse(program.ast, 0);
  if (costly) return costly;
  const checked = program.check();
  if (!checked.valid) return firstLine(checked.error);
  if (checked.type !== 'bool')
    return `the expression is of type ${checked.type}; it must be a comparison, of type bool`;
  const reads = readsOf(program.ast);
  const meter = new Meter(program.ast);
  return (facts, budget = new Budget()) => {
    const value: unknown = meter.run(budget, () => program(celFacts(reads, facts, budget.spend)));
    if (typeof value !== 'boolean') throw new Error('the expression is not a bool');
    return value;
  };
}

/** Where in the text the problem is that `compileExpression` tells, if it has a place. */
export function problemAt(text: string): number | undefined {
  try {
    const checked = language.parse(text).check();
    return checked.valid ? undefined : startOf(checked.error);
  } catch (error) {
    return startOf(error);
  }
}

function startOf(error: unknown): number | undefined {
  const range = error instanceof Error && 'range' in error ? (error.range as { start?: number }) : undefined;
  return range?.start;
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
