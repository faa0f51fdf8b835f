import { type Form, split, type Target } from '../core/target.ts';

/** Visible ASCII without `#`; the path part is judged character by character below. */
const TARGET = /^(\/[^?#]*)(\?[!-"$-~]*)?$/;
/** RFC 3986 §3.3: `pchar` and the slash. */
const PATH = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})+$/;
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;
const ENCODED_BACKSLASH = /%5c/i;
const ENCODED_SLASH = /%2f/i;
/** A segment that is `.` or `..`, alone or with what some servers cut off first: spaces, and `;`, `?` or `#` and all behind. */
const DOTS = /^ *\.{1,2} *(?:[;?#].*)?$/;

const NO_FORMS: readonly Form[] = Object.freeze([]);

/**
 * Judges a raw request target: the `Target` when it can be read in one way only, else the reason why not, for
 * the operator. Nothing is repaired: the path that is returned is the path that was sent (RFC 9112 §3.2.1,
 * origin form only; RFC 3986 §3.3).
 */
export function judgeTarget(raw: string): Target | string {
  const parts = TARGET.exec(raw);
  if (!parts)
    return raw.startsWith('/') ? 'target has a character that no target may have' : 'target is not a path';
  const path = parts[1] ?? '/';
  if (!PATH.test(path)) return 'path has a character or a percent-encoding that RFC 3986 does not know';
  if (path.includes('//')) return 'path has an empty segment';
  const query = parts[2] ?? '';
  return path.includes('%') || path.includes(';') || path.includes('/.')
    ? judgeOddPath(path, query)
    : { path, query, segments: split(path), forms: NO_FORMS };
}

function judgeOddPath(path: string, query: string): Target | string {
  if (ENCODED_CONTROL.test(path)) return 'path has an encoded control character';
  if (ENCODED_BACKSLASH.test(path)) return 'path has an encoded backslash';
  const forms: Form[] = [];
  if (ENCODED_SLASH.test(path)) forms.push('encoded_slash');
  if (path.includes('%25')) forms.push('encoded_percent');
  if (path.includes(';') || /%3b/i.test(path)) forms.push('semicolon');
  const segments: string[] = [];
  for (const segment of split(path)) {
    const decoded = decode(segment);
    if (decoded === undefined) return 'path has percent-encoding that is not UTF-8';
    // A server that decodes before it splits sees the segments inside; one that normalises, those of wide dots.
    const inside = decoded.normalize('NFKC').split('/');
    if (inside.some((part) => DOTS.test(part))) return 'path has a dot segment';
    if (forms[0] === 'encoded_slash' && decoded.split('/').includes(''))
      return 'path has an empty encoded segment';
    segments.push(ENCODED_SLASH.test(segment) ? segment : decoded);
  }
  return { path, query, segments, forms };
}

function decode(segment: string): string | undefined {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
