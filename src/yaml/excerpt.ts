import { nearest } from '../core/suggest.ts';

/** Offsets in the file, from `start` up to but not including `end`. */
export interface Range {
  start: number;
  end: number;
}

const LONGEST = 160;

/** `key: value` anywhere in a line, for files that cannot be read far enough to know what is whose. */
const KEY_VALUE = /([\w-]+)["']?\s*:\s+("(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^,}\]\s{[][^,}\n]*)/g;
/** Up to the last `@`: a password that is not encoded may have one of its own, and slashes. */
const USER_OF_URL = /:\/\/([^\s"']+)@/g;
const QUERY_OF_URL = /:\/\/[^\s"'?#]*\?([^\s"'#]+)/g;
/** The parameters of a query, each with its value. */
const PARAMETER = /(?<=^|&)([^=&]*=)([^&]+)/g;
/** A parameter that is filled in is no secret. */
const PLACEHOLDER = /^\$?\{\w+\}$/;

/** Nothing to hide: one reference to the environment, or the name of a file with a secret in it. */
const REFERENCE = /^(\$\{[A-Za-z_]\w*\}|!file .*)$/;
/** What a `key` may be without being one: the name of a file, a pattern of Redis keys. */
const NO_KEY = /^([\w./-]+\.(pem|json|jwks?|key|pub)|.*\{(token|sha256|id)\}.*)$/;

/** True of a value that may be shown although its key is named like that of a secret. */
export function isHarmless(name: string, value: string): boolean {
  const plain = value.replace(/^(["'])(.*)\1$/, '$2');
  return REFERENCE.test(plain) || (/^keys?$/i.test(name) && NO_KEY.test(plain));
}

/**
 * One line of the file with a caret for the line below it. Secrets are shown as `…`, long lines in part. Undefined
 * for a line with nothing in it.
 */
export function excerpt(
  text: string,
  { start, end }: Range,
  column: number,
  secrets: readonly Range[],
): { line: string; caret: string } | undefined {
  const line = text.slice(start, end).trimEnd();
  if (line === '') return undefined;
  const hidden = [
    ...secrets.map((range) => ({ start: range.start - start, end: range.end - start })),
    ...byName(line),
  ]
    .map((range) => ({ start: Math.max(range.start, 0), end: Math.min(range.end, line.length) }))
    .filter((range) => range.start < range.end)
    .sort((a, b) => a.start - b.start);
  const at = column - 1;
  let shown = '';
  let from = 0;
  let caret: number | undefined;
  for (const range of hidden) {
    // One that reaches into the one before is the same secret.
    if (range.start < from) {
      from = Math.max(from, range.end);
      continue;
    }
    if (at < range.start) caret ??= shown.length + at - from;
    shown += line.slice(from, range.start);
    if (at < range.end) caret ??= shown.length;
    shown += '…';
    from = range.end;
  }
  caret ??= shown.length + at - from;
  shown += line.slice(from);
  return cut(shown, caret);
}

/** True of a key whose value is not to be shown, as far as its name tells. */
export function isSecret(name: string): boolean {
  return /secret|passw|passphrase|private|^keys?$/i.test(name);
}

function byName(line: string): Range[] {
  const values = [...line.matchAll(KEY_VALUE)].flatMap((match) => {
    const [whole, name = '', value = ''] = match;
    const misspelt = name.length > 4 && nearest(name, ['secret', 'password', 'passphrase']) !== undefined;
    if (!misspelt && !isSecret(name)) return [];
    const start = match.index + whole.length - value.length;
    // Outside of braces a comma is part of the value.
    const rest = /[{[]/.test(line.slice(0, match.index)) || /^["']/.test(value) ? value : line.slice(start);
    const bare = rest.replace(/ #.*$/, '').trimEnd();
    return isHarmless(name, bare) ? [] : { start, end: start + bare.length };
  });
  const users = [...line.matchAll(USER_OF_URL)].flatMap((match) =>
    /^:?\$\{\w+\}$/.test(match[1] ?? '')
      ? []
      : { start: match.index + 3, end: match.index + match[0].length - 1 },
  );
  return [...values, ...users, ...queryValues(line)];
}

/** A key may be in the query of a URL, under any name. */
function queryValues(line: string): Range[] {
  return [...line.matchAll(QUERY_OF_URL)].flatMap((url) => {
    const query = url[1] ?? '';
    const from = url.index + url[0].length - query.length;
    return [...query.matchAll(PARAMETER)].flatMap(({ index, 1: name = '', 2: value = '' }) => {
      const start = from + index + name.length;
      return PLACEHOLDER.test(value) ? [] : { start, end: start + value.length };
    });
  });
}

function cut(line: string, caret: number): { line: string; caret: string } {
  if (line.length <= LONGEST) return { line, caret: `${blank(line.slice(0, caret))}^` };
  const from = Math.max(Math.min(caret - LONGEST / 2, line.length - LONGEST), 0);
  const part = `${from > 0 ? '…' : ''}${line.slice(from, from + LONGEST)}${from + LONGEST < line.length ? '…' : ''}`;
  return { line: part, caret: `${blank(part.slice(0, caret - from + (from > 0 ? 1 : 0)))}^` };
}

/** As wide as `text`; a tab stays a tab. */
function blank(text: string): string {
  return text.replace(/[^\t]/g, ' ');
}
