import { type Document, isCollection, isScalar, visit, type YAMLError } from 'yaml';
import type { Problems } from './problems.ts';

type Said = [message: string, opener?: boolean];

/** The parser's sentences are about YAML; these are about what to do. `true` points at what was opened and not closed. */
const SENTENCES: Record<string, (message: string) => Said> = {
  TAB_AS_INDENT: () => ['a tab stands where the line is indented: indent with spaces'],
  BLOCK_AS_IMPLICIT_KEY: () => [
    'this value looks like another "key: value": quote it, or check how the lines are indented',
  ],
  BLOCK_IN_FLOW: () => ['inside { } and [ ], a value with ": ", "{" or "[" in it must be quoted'],
  MULTILINE_IMPLICIT_KEY: () => ['this is no "key: value": is the colon missing, or the space after it?'],
  BAD_SCALAR_START: (message) => [
    `a value cannot begin with ${/\S$/.exec(message)?.[0] ?? 'this'}: quote it`,
  ],
  BAD_ALIAS: () => ['"*" alone is an alias in YAML: quote it, if text is meant'],
  BAD_DQ_ESCAPE: (message) => [
    `${/\\.*$/.exec(message)?.[0] ?? 'this'} means nothing between double quotes: use single quotes, or write \\\\`,
  ],
  BAD_INDENT: (message) =>
    message.startsWith('Flow')
      ? [message.includes('}') ? 'this "{" is not closed' : 'this "[" is not closed', true]
      : ['this line is indented differently from its neighbours'],
  UNEXPECTED_TOKEN: (message) => [
    /flow-(map|seq)-start/.test(message)
      ? `a "{" or "[" inside of a value: quote the value, as in "\${NAME}"`
      : 'this is not understood here: is a quote or a bracket missing before it?',
  ],
  MISSING_CHAR: (message) => {
    if (message.endsWith('quote')) return ['this quote is not closed', true];
    if (/Expected flow map|Flow map/.test(message)) return ['this "{" is not closed', true];
    if (/Flow sequence|flow sequence/.test(message)) return ['this "[" is not closed', true];
    return [`${message.charAt(0).toLowerCase()}${message.slice(1)}`];
  },
};

/** One mistake can bring thousands along; after so many the rest is noise. */
const MOST_TOLD = 20;

/** What cannot be read at all, in words for people; of each line the first only, as one mistake brings others along. */
export function describeSyntax(
  document: Document,
  errors: readonly YAMLError[],
  text: string,
  problems: Problems,
): { offset: number; message: string }[] {
  const lines = new Set<number>();
  const told: { offset: number; message: string }[] = [];
  for (const [index, error] of errors.entries()) {
    if (told.length === MOST_TOLD) break;
    if (error.code === 'UNEXPECTED_TOKEN' && index > 0 && follows(error, text)) continue;
    const [message, opener] = SENTENCES[error.code]?.(error.message) ?? [error.message];
    const offset = opener ? openerBefore(document, error.pos[0], text) : error.pos[0];
    const line = problems.lineOf(offset);
    if (lines.has(line)) continue;
    lines.add(line);
    told.push({ offset, message });
  }
  return told;
}

/** What an earlier mistake makes of the rest: all but a bracket inside of a value, which is a mistake of its own. */
function follows({ message, pos: [offset] }: YAMLError, text: string): boolean {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return !message.includes('-start') || /^ *- *$/.test(before);
}

/** The last quote or bracket before `end` that is not closed; the parser names the place where it gave up. */
function openerBefore(document: Document, end: number, text: string): number {
  let found = end;
  visit(document, (_, node) => {
    if (!isScalar(node) && !isCollection(node)) return;
    const [start, last] = node.range ?? [end, end];
    if (start >= end) return;
    const opener = text[start] ?? '';
    const closer = { '[': ']', '{': '}', '"': '"', "'": "'" }[opener];
    if (closer && (last - start < 2 || text[last - 1] !== closer)) found = start;
  });
  return found;
}
