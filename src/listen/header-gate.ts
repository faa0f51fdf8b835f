import type { Headers } from '../core/head.ts';
import { readName } from '../core/header-names.ts';

/** Headers that must not be repeated: `node:http` reads the first, other servers the last, or both. */
const ONCE = new Set([
  'authorization',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'upgrade',
]);

/** Headers of which `node:http` keeps the first line and drops the others; those in `ONCE` are refused before. */
const FIRST = new Set([
  'age',
  'etag',
  'expires',
  'from',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
]);

export interface ReadHeaders {
  headers: Headers;
  /** A reason to refuse the header lines. */
  problem: string | undefined;
  /** Whether a name has a `_`. */
  underscores: boolean;
}

/** Judges the header lines and reads them into values by name, in one pass. */
export function readHeaders(rawHeaders: readonly string[]): ReadHeaders {
  const headers: Record<string, string | undefined> = Object.create(null);
  let problem: string | undefined;
  let underscores = false;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const { lower, folded, plain } = readName(rawHeaders[at] ?? '');
    const value = rawHeaders[at + 1] ?? '';
    if (!plain) problem ??= 'a header name has a character other than letters, digits and "-"';
    else if (folded !== lower) {
      underscores = true;
      if (ONCE.has(folded)) problem ??= `the header ${folded} is spelled with underscores`;
    }
    const before = headers[lower];
    if (before === undefined) headers[lower] = value;
    else if (ONCE.has(lower)) problem ??= `the header ${lower} was sent twice`;
    else if (!FIRST.has(lower)) headers[lower] = `${before}${lower === 'cookie' ? '; ' : ', '}${value}`;
  }
  return { headers, problem, underscores };
}
