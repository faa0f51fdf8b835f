/** Offsets in the file, from `start` up to but not including `end`. */
export interface Range {
  start: number;
  end: number;
}

const LONGEST = 160;

/** What is a secret by its key's name, in files that cannot be read far enough to know its place. */
const SECRET_LINE =
  /(?:secret|passw|passphrase|private)[\w-]*["']?\s*:\s+("(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^,}\]\s][^,}\n]*)/gi;
const USER_OF_URL = /:\/\/([^/@\s"']+)@/g;

/** Exactly one reference to the environment: nothing to hide. */
export const REFERENCE_ONLY = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

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
    if (range.end <= from) continue;
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

function byName(line: string): Range[] {
  return [...line.matchAll(SECRET_LINE), ...line.matchAll(USER_OF_URL)].flatMap((match) => {
    const [whole, value = ''] = match;
    const start = match.index + whole.lastIndexOf(value);
    const plain = value.replace(/^(["'])(.*)\1$/, '$2').trimEnd();
    return REFERENCE_ONLY.test(plain) || plain.startsWith('!file')
      ? []
      : { start, end: start + value.length };
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
