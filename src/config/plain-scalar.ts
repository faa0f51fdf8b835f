import type { ScalarNode } from './yaml-nodes.ts';

/** What a plain scalar may begin with: no indicator of YAML's, or `-`, `?`, `:` before something. */
const BEGINS = /[^\s\-?:,[\]{}#&*!|>'"%@`]/;
/** In flow collections these end a plain scalar. */
const FLOW = /[,[\]{}]/;
const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;
/** Everything else that YAML 1.2 would read as a number: rare, and left to the library. */
const OTHER_NUMBER =
  /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const WORDS = new Map<string, unknown>([
  ...['null', 'Null', 'NULL', '~'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

/** A scalar without quotes that begins at `start`, in a line that ends at `lineEnd`; undefined for what is not plain. */
export function plainScalar(
  text: string,
  start: number,
  lineEnd: number,
  inFlow: boolean,
): ScalarNode | undefined {
  if (!begins(text, start, inFlow)) return undefined;
  let end = start;
  for (let at = start; at < lineEnd; at++) {
    const character = text[at] ?? '';
    if (character === ':' && endsKey(text, at, lineEnd, inFlow)) break;
    if (character === '#' && text[at - 1] === ' ') break;
    if (inFlow && FLOW.test(character)) break;
    if (character !== ' ') end = at + 1;
  }
  const source = text.slice(start, end);
  const value = resolved(source);
  return value === undefined ? undefined : { kind: 'scalar', value, start, end };
}

function begins(text: string, start: number, inFlow: boolean): boolean {
  const first = text[start] ?? '';
  if (BEGINS.test(first)) return true;
  const next = text[start + 1] ?? ' ';
  return /[-?:]/.test(first) && !/\s/.test(next) && !(inFlow && FLOW.test(next));
}

function endsKey(text: string, at: number, lineEnd: number, inFlow: boolean): boolean {
  const next = text[at + 1] ?? '';
  return at + 1 >= lineEnd || next === ' ' || (inFlow && FLOW.test(next));
}

function resolved(source: string): unknown {
  if (WORDS.has(source)) return WORDS.get(source);
  if (INTEGER.test(source)) return Number(source);
  return OTHER_NUMBER.test(source) ? undefined : source;
}

/** A scalar in quotes on one line; undefined where it does not end there, or has an escape in it. */
export function quotedScalar(text: string, start: number, lineEnd: number): ScalarNode | undefined {
  const quote = text[start] ?? '';
  let at = start + 1;
  for (; at < lineEnd; at++) {
    if (text[at] === '\\' && quote === '"') return undefined;
    if (text[at] !== quote) continue;
    if (quote === "'" && text[at + 1] === "'") at++;
    else break;
  }
  if (at >= lineEnd) return undefined;
  const inner = text.slice(start + 1, at);
  return { kind: 'scalar', value: quote === "'" ? inner.replaceAll("''", "'") : inner, start, end: at + 1 };
}
