import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { glob } from './glob.ts';

/** The Common Expression Language as it is offered here. */
export const language = new Environment({
  unlistedVariablesAreDyn: false,
  limits: { maxAstNodes: 500, maxDepth: 50 },
})
  .registerVariable('user', 'map')
  .registerVariable('params', 'map')
  .registerVariable('request', 'map')
  .registerFunction('string.glob(string): bool', glob);

/** The syntax tree of an expression; undefined where it has none. */
export function parseExpression(text: string): ASTNode | undefined {
  try {
    return language.parse(text).ast;
  } catch {
    return undefined;
  }
}

/** The nodes right below a node, given its arguments. */
export function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return args !== null && typeof args === 'object' && 'op' in args && 'args' in args ? [args as ASTNode] : [];
}
