import type { ASTNode } from '@marcbachmann/cel-js';
import type { Exchange } from '../core/exchange.ts';
import { chargeOf, type Spend } from './expression-costs.ts';

/**
 * What the expressions of one request may cost together, in steps of up to 0.1 µs. A step is a node of an expression
 * evaluated once, an element looked at, 16 characters read. Callers choose how many groups their tokens name, so
 * the cost of a comprehension is known only while it runs.
 */
export const MOST_STEPS = 100_000;

/** `||`, `&&`, `all` and `exists` catch a failure and go on; it comes with a stack trace. */
const FAILURE = 200;

/** The expressions of a request took more steps than they may. */
export class OverBudget extends Error {
  override name = 'OverBudget';

  constructor() {
    super(`takes more than ${MOST_STEPS} steps`);
  }
}

/** The steps that a request has left. */
export class Budget {
  left = MOST_STEPS;
  private readonly over = new OverBudget();

  /** @throws OverBudget when none are left */
  readonly spend: Spend = (steps) => {
    this.left -= steps;
    if (this.left < 0) throw this.over;
  };
}

const budgets = new WeakMap<Exchange, Budget>();

/** One budget for all expressions that a request is judged by. */
export function budgetOf(exchange: Exchange): Budget {
  const budget = budgets.get(exchange) ?? new Budget();
  budgets.set(exchange, budget);
  return budget;
}

type Evaluate = (evaluator: unknown, node: unknown, context: unknown) => unknown;
type Handle = (first: unknown, second: unknown, third: unknown, fourth: unknown) => unknown;

/** What is used of a node beyond its published type, in the pinned version of the library. */
interface Node {
  op: string;
  args: unknown;
  /** Applies the operator or function to its evaluated operands. */
  handle?: Handle;
  meta: {
    evaluate: Evaluate;
    /** What `exists` and its like became. */
    alternate?: Node;
    macro?: { evaluate: Evaluate };
  };
  setMeta(name: 'evaluate', evaluate: Evaluate): void;
}

/** The arguments of `all` and `exists`; `condition` says whether to go on. */
interface Quantifier {
  kind: 'quantifier';
  step: Node;
  condition?: (result: unknown) => boolean;
}

/** Counts what the evaluation of an expression costs, and ends it when that is too much. */
export class Meter {
  private budget = new Budget();
  private readonly watched = new Set<Node>();

  /** @param checked a syntax tree whose types were checked, and which was never evaluated */
  constructor(checked: ASTNode) {
    this.watch(checked as unknown as Node);
  }

  /**
   * Evaluates, at the expense of `budget`.
   *
   * @throws OverBudget even when something in the expression caught it
   */
  run<Value>(budget: Budget, evaluate: () => Value): Value {
    this.budget = budget;
    const value = evaluate();
    budget.spend(0);
    return value;
  }

  private readonly spend: Spend = (steps) => this.budget.spend(steps);

  private watch(node: Node): void {
    if (this.watched.has(node)) return;
    this.watched.add(node);
    const { alternate, macro } = node.meta;
    if (alternate) {
      this.watch(alternate);
      return;
    }
    for (const child of nodesIn(macro ?? node.args)) this.watch(child);
    wrap(node, (evaluate) => (evaluator, self, context) => {
      this.spend(1);
      return evaluate(evaluator, self, context);
    });
    if (node.op === '||' || node.op === '&&') this.watchFailures((node.args as [Node])[0]);
    if (isQuantifier(node.args)) this.watchQuantifier(node.args);
    const { handle } = node;
    if (!handle) return;
    const charge = chargeOf(node.op, node.args);
    node.handle = (first, second, third, fourth) => {
      charge(this.spend, first, second);
      return handle(first, second, third, fourth);
    };
  }

  private watchQuantifier(quantifier: Quantifier): void {
    this.watchFailures(quantifier.step);
    const { condition } = quantifier;
    // It would go on to the next element after OverBudget, as after any failure.
    if (condition) quantifier.condition = (result) => this.budget.left >= 0 && condition(result);
  }

  private watchFailures(node: Node): void {
    wrap(node, (evaluate) => (evaluator, self, context) => {
      try {
        return evaluate(evaluator, self, context);
      } catch (error) {
        this.spend(FAILURE);
        throw error;
      }
    });
  }
}

/** Replaces how a node, or what it became, is evaluated. */
function wrap(node: Node, wrapped: (evaluate: Evaluate) => Evaluate): void {
  const { alternate, macro } = node.meta;
  if (alternate) wrap(alternate, wrapped);
  else if (macro) macro.evaluate = wrapped(macro.evaluate);
  else node.setMeta('evaluate', wrapped(node.meta.evaluate));
}

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  if (isNode(value)) return [value];
  // The parts of a comprehension or macro.
  const plain =
    value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
  return plain
    ? Object.values(value).flatMap((part) => (isNode(part) || Array.isArray(part) ? nodesIn(part) : []))
    : [];
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object' && 'op' in value && 'setMeta' in value;
}

function isQuantifier(args: unknown): args is Quantifier {
  return args !== null && typeof args === 'object' && 'kind' in args && args.kind === 'quantifier';
}
