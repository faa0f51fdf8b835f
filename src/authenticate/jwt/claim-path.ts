import { isMap } from '../../core/is-map.ts';

interface Segment {
  name: string;
  /** In quotes: a name of its own, dots and all, that is never joined with its neighbours. */
  quoted: boolean;
}

/** Where a claim is: a name, or a path into objects. */
export type ClaimPath = readonly Segment[];

const SEGMENT = /"([^"]+)"|'([^']+)'|([^.]+)/y;

/**
 * Reads `sub`, `realm.roles`, `https://hasura.io/jwt/claims.x-hasura-role` or `"https://hasura.io/jwt/claims".role`.
 * Undefined where a segment is empty or a quote is not closed.
 */
export function parseClaimPath(text: string): ClaimPath | undefined {
  const segments: Segment[] = [];
  for (let at = 0; at <= text.length; at++) {
    SEGMENT.lastIndex = at;
    const [whole = '', double, single, plain = ''] = SEGMENT.exec(text) ?? [];
    const name = double ?? single ?? plain;
    if (name === '' || (whole === plain && /^["']/.test(plain))) return undefined;
    segments.push({ name, quoted: whole !== plain });
    at += whole.length;
    if (at < text.length && text[at] !== '.') return undefined;
  }
  return segments;
}

/**
 * The claim at a path, undefined where there is none. Names may hold dots, so of all the ways to read a path the one
 * with the longest first name counts that leads to something.
 */
export function claimAt(value: unknown, path: ClaimPath): unknown {
  const [first, ...others] = path;
  if (first === undefined) return value;
  if (!isMap(value)) return undefined;
  if (first.quoted) return claimAt(own(value, first.name), others);
  for (let taken = runOf(path); taken > 0; taken--) {
    const name = path
      .slice(0, taken)
      .map((segment) => segment.name)
      .join('.');
    const found = claimAt(own(value, name), path.slice(taken));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How many segments could be one name. */
function runOf(path: ClaimPath): number {
  const quoted = path.findIndex((segment) => segment.quoted);
  return quoted === -1 ? path.length : quoted;
}

function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
