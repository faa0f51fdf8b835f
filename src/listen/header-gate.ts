import { foldName } from '../core/header-names.ts';

/** RFC 9110 §5.1 allows more; whatever is more, some backend folds into something else. */
const NAME = /^[A-Za-z0-9_-]+$/;

/** Headers that Node reads the first of when they are repeated, and other servers the last, or both. */
const ONCE = new Set([
  'authorization',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'upgrade',
]);

/** A reason to refuse the header lines, or undefined. Reads the raw lines, as `headers` hides repeated ones. */
export function headerProblem(rawHeaders: readonly string[]): string | undefined {
  let once: Set<string> | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!NAME.test(name)) return 'a header name has a character other than letters, digits and "-"';
    const lower = name.toLowerCase();
    if (lower.includes('_') && ONCE.has(foldName(lower)))
      return `the header ${foldName(lower)} is in disguise`;
    if (!ONCE.has(lower)) continue;
    once ??= new Set();
    if (once.has(lower)) return `the header ${lower} stands twice`;
    once.add(lower);
  }
  return undefined;
}

export function usesUnderscores(rawHeaders: readonly string[]): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.includes('_')) return true;
  }
  return false;
}
