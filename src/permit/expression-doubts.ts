import type { ASTNode } from '@marcbachmann/cel-js';
import type { Fields } from '../core/fields.ts';
import { childrenOf, parseExpression } from './expression-language.ts';

/** Attributes that are always read as one type. */
const SETTLED = new Set([
  'id',
  'username',
  'groups',
  'permissions',
  'scopes',
  'is_staff',
  'is_superuser',
  'is_active',
]);

/**
 * Sentences of warning about an expression that checks and may yet not mean what it says: `user.is_vip != 1` is true for
 * `true` and "1" too, and `!user.banned` is an error for 0 and "0". A declared type makes all spellings one.
 */
export function doubtsAbout(text: string, fields: Fields): string[] {
  const program = parseExpression(text);
  const doubtful = new Set<string>();
  if (program) collect(program, doubtful);
  return [...doubtful]
    .filter((name) => !SETTLED.has(name) && fields[name] === undefined)
    .map(
      (name) =>
        `"!=" and "!" take user.${name} as the record has it, and 1, "1" and true are three things: declare it, as in users: { fields: { ${name}: bool } }`,
    );
}

function collect(node: ASTNode, names: Set<string>): void {
  if (node.op === '!_') add(node.args, names);
  if (node.op === '!=') for (const side of node.args) add(side, names);
  for (const child of childrenOf(node.args)) collect(child, names);
}

function add(node: ASTNode, names: Set<string>): void {
  if (node.op !== '.') return;
  const [object, name] = node.args;
  if (object.op === 'id' && object.args === 'user') names.add(name);
}
