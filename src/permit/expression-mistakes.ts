import type { ASTNode } from '@marcbachmann/cel-js';
import { REQUEST_FACTS } from '../core/facts.ts';
import type { Fields } from '../core/fields.ts';
import { suggestion } from '../core/suggest.ts';
import { childrenOf, parseExpression } from './expression-language.ts';

/** What an expression says that can never work, and where in its text. */
export interface Mistake {
  message: string;
  at: number;
}

type Kind = 'text' | 'a number' | 'true or false' | 'a list';

const SETTLED: Readonly<Record<string, Kind>> = {
  id: 'text',
  username: 'text',
  groups: 'a list',
  permissions: 'a list',
  scopes: 'a list',
  is_staff: 'true or false',
  is_superuser: 'true or false',
};
const DECLARED: Readonly<Record<string, Kind>> = {
  bool: 'true or false',
  int: 'a number',
  double: 'a number',
  string: 'text',
  list: 'a list',
};
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Comparisons of values whose kinds differ, and members that do not exist. */
export function mistakesIn(text: string, fields: Fields): Mistake[] {
  const tree = parseExpression(text);
  if (!tree) return [];
  return nodesOf(tree).flatMap((node) => {
    const message = unknownMember(node) ?? unlike(node, text, fields);
    return message === undefined ? [] : [{ message, at: node.start }];
  });
}

/** Path parameters that an expression reads and does not ask about with `has` first. */
export function parametersIn(text: string): string[] {
  const tree = parseExpression(text);
  const nodes = tree ? nodesOf(tree) : [];
  const asked = nodes.flatMap((node) =>
    node.op === 'call' && node.args[0] === 'has' ? node.args[1].map((arg) => memberOf(arg, 'params')) : [],
  );
  const read = nodes.flatMap((node) => memberOf(node, 'params') ?? []);
  return [...new Set(read)].filter((name) => !asked.includes(name));
}

function nodesOf(node: ASTNode): ASTNode[] {
  return [node, ...childrenOf(node.args).flatMap(nodesOf)];
}

function memberOf(node: ASTNode, root: string): string | undefined {
  if (node.op !== '.') return undefined;
  const [of, name] = node.args;
  return of.op === 'id' && of.args === root ? name : undefined;
}

function unknownMember(node: ASTNode): string | undefined {
  const name = memberOf(node, 'request');
  if (name === undefined || REQUEST_FACTS.some((known) => known === name)) return undefined;
  return `there is no request.${name}${suggestion(name, REQUEST_FACTS)}`;
}

function unlike(node: ASTNode, text: string, fields: Fields): string | undefined {
  if (node.op === 'in') return unlikeAmong(node.args, text, fields);
  if (!COMPARISONS.has(node.op)) return undefined;
  const [left, right] = node.args as [ASTNode, ASTNode];
  const message = differ(left, kindOf(left, fields), right, kindOf(right, fields), text);
  return node.op === '!=' ? message?.replace('can never hold', 'always holds') : message;
}

function unlikeAmong([value, among]: [ASTNode, ASTNode], text: string, fields: Fields): string | undefined {
  const kind = kindOf(value, fields);
  if (among.op === 'list')
    return among.args.map((item) => differ(value, kind, item, kindOf(item, fields), text)).find(Boolean);
  const name = memberOf(among, 'user');
  const ofText = name !== undefined && SETTLED[name] === 'a list';
  return ofText && kind !== undefined && kind !== 'text'
    ? `${source(value, text)} is ${kind}, and ${source(among, text)} is a list of text`
    : undefined;
}

function differ(
  left: ASTNode,
  kindOfLeft: Kind | undefined,
  right: ASTNode,
  kindOfRight: Kind | undefined,
  text: string,
): string | undefined {
  if (kindOfLeft === undefined || kindOfRight === undefined || kindOfLeft === kindOfRight) return undefined;
  const [a, b] = [source(left, text), source(right, text)];
  const number = [left, right].find((side) => side.op === 'value' && kindOf(side, {}) === 'a number');
  const quoted =
    number && [kindOfLeft, kindOfRight].includes('text') ? `: write "${source(number, text)}"` : '';
  return `${a} is ${kindOfLeft} and ${b} is ${kindOfRight}, so this can never hold${quoted}`;
}

function kindOf(node: ASTNode, fields: Fields): Kind | undefined {
  if (node.op === 'list') return 'a list';
  if (node.op === 'value') {
    const type = typeof node.args;
    if (type === 'string') return 'text';
    if (type === 'boolean') return 'true or false';
    return type === 'bigint' || type === 'number' ? 'a number' : undefined;
  }
  if (memberOf(node, 'params') !== undefined || memberOf(node, 'request') !== undefined) return 'text';
  const name = memberOf(node, 'user');
  if (name === undefined) return undefined;
  if (Object.hasOwn(SETTLED, name)) return SETTLED[name];
  const declared = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof declared === 'object' ? 'a list' : declared && DECLARED[declared];
}

function source(node: ASTNode, text: string): string {
  return text.slice(node.start, node.end).trim();
}
