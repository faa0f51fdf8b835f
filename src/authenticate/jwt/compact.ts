import { Budget } from '../../django/budget.ts';
import { decodeJson } from '../../django/json.ts';
import { plain } from '../../django/plain.ts';
import { Undecodable } from '../../django/undecodable.ts';

/** RFC 7515 §7.1: three base64url parts. 16 KB is more than any header limit lets through. */
const COMPACT = /^([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]{2,})$/;
const LONGEST = 16_384;

type Members = Readonly<Record<string, unknown>>;

/**
 * The payload of a JWT in strict compact form, before its signature is checked; a reason when it has not that form.
 * Refuses what parsers read differently: padding, stray bits in the last character, members named twice
 * (RFC 8725 §3.1), `crit` and `b64` extensions, which nothing here understands. Integers beyond 2^53 are
 * `bigint`: `JSON.parse` would round two users' ids to one.
 */
export function readCompact(token: string): { payload: Members } | string {
  if (token.length > LONGEST) return 'longer than 16 KB';
  const parts = COMPACT.exec(token)?.slice(1);
  if (!parts) return 'not three base64url parts';
  const [header, payload] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (parts.some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part))
    return 'base64url is not canonical';
  const members = membersOf('header', header);
  if (typeof members === 'string') return members;
  for (const extension of ['crit', 'b64'])
    if (Object.hasOwn(members, extension)) return `header has ${extension}`;
  const claims = membersOf('payload', payload);
  return typeof claims === 'string' ? claims : { payload: claims };
}

function membersOf(what: string, bytes = Buffer.alloc(0)): Members | string {
  const budget = new Budget();
  let value: unknown;
  try {
    value = plain(decodeJson(bytes, budget, 'refuse'), budget);
  } catch (error) {
    if (error instanceof Undecodable) return `${what}: ${error.message}`;
    throw error;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return `${what} is not an object`;
  return value as Members;
}
