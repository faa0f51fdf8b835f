import { isMap } from '../../core/is-map.ts';

/** RFC 7515 §7.1: three base64url parts. 16 KB is more than any header limit lets through. */
const COMPACT = /^([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]{2,})$/;
const LONGEST = 16_384;

/**
 * A reason why `token` is not a JWT in strict compact form, or undefined when it is one. Refuses what parsers
 * read differently: padding, stray bits in the last character, members named twice (RFC 8725 §3.1),
 * `crit` and `b64` extensions, which nothing here understands.
 */
export function compactProblem(token: string): string | undefined {
  if (token.length > LONGEST) return 'longer than 16 KB';
  const parts = COMPACT.exec(token);
  if (!parts) return 'not three base64url parts';
  const [header = '', payload = '', signature = ''] = parts.slice(1);
  for (const part of [header, payload, signature]) {
    if (Buffer.from(part, 'base64url').toString('base64url') !== part) return 'base64url is not canonical';
  }
  return headerProblem(header) ?? jsonProblem('payload', payload);
}

function headerProblem(part: string): string | undefined {
  const text = Buffer.from(part, 'base64url').toString();
  const problem = jsonProblem('header', part);
  if (problem) return problem;
  const header = JSON.parse(text) as Record<string, unknown>;
  if (Object.hasOwn(header, 'crit')) return 'header has crit';
  if (Object.hasOwn(header, 'b64')) return 'header has b64';
  return undefined;
}

function jsonProblem(what: string, part: string): string | undefined {
  const text = Buffer.from(part, 'base64url').toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `${what} is not JSON`;
  }
  if (!isMap(value)) return `${what} is not an object`;
  return namesTwice(text) ? `${what} names a member twice` : undefined;
}

/** Strings of JSON, and the brackets and commas between them. */
const TOKENS = /"((?:[^"\\]|\\.)*)"\s*(:?)|[{}[\]]/g;

/** True when an object anywhere in valid JSON has two members of one name. */
function namesTwice(json: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  for (const [token, text, colon] of json.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (colon) {
      const name = JSON.parse(`"${text}"`) as string;
      const names = open.at(-1);
      if (names?.has(name)) return true;
      names?.add(name);
    }
  }
  return false;
}
