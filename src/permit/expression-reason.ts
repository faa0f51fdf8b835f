import type { ASTNode } from '@marcbachmann/cel-js';
import type { Facts } from '../core/facts.ts';
import { Opaque } from '../core/opaque.ts';
import { shown } from '../core/shown.ts';
import { childrenOf, parseExpression } from './expression-language.ts';

/** A field that an expression reads, such as `['user', 'is_vip']`. */
type FieldPath = readonly string[];

/** Says what an expression saw: `user.is_vip is 0`. Made once per expression. */
export class Reasons {
  private readonly paths: readonly FieldPath[];

  constructor(text: string) {
    const tree = parseExpression(text);
    const found = new Map<string, FieldPath>();
    if (tree) collect(tree, found);
    this.paths = [...found.values()];
  }

  /** For an expression that is false. */
  values(facts: Facts): string {
    return this.paths.map((path) => `${path.join('.')} is ${shown(valueAt(facts, path))}`).join(', ');
  }

  /** For an expression that failed: the first field that is missing, else what the language says. */
  failure(facts: Facts, error: unknown): string {
    const missing = this.paths.find((path) => valueAt(facts, path) === undefined);
    const opaque = this.paths.find((path) => valueAt(facts, path) instanceof Opaque);
    if (opaque) return `${opaque.join('.')}: a value of this type cannot be read`;
    if (codeOf(error) === 'no_such_key' && missing) return `${missing.join('.')}: no such field`;
    const message = error instanceof Error ? error.message : 'failed';
    const values = this.values(facts);
    return `${message.split('\n', 1)[0]}${values === '' ? '' : `; ${values}`}`;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function collect(node: ASTNode, found: Map<string, FieldPath>): void {
  const path = pathOf(node);
  if (path && path.length > 1) found.set(path.join('.'), path);
  else for (const child of childrenOf(node.args)) collect(child, found);
}

function pathOf({ op, args }: ASTNode): FieldPath | undefined {
  if (op === 'id') return ['user', 'params', 'request'].includes(String(args)) ? [String(args)] : undefined;
  if (op !== '.' || !Array.isArray(args)) return undefined;
  const before = pathOf(args[0] as ASTNode);
  return before && [...before, String(args[1])];
}

function valueAt(facts: Facts, [root, ...path]: FieldPath): unknown {
  let value: unknown = facts[root as keyof Facts];
  for (const name of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
