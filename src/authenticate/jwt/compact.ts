import { isMap } from '../../core/is-map.ts';
import { Budget } from '../../django/budget.ts';
import { decodeJson } from '../../django/json.ts';
import { plain } from '../../django/plain.ts';
import { Undecodable } from '../../django/undecodable.ts';

/** RFC 7515 §7.1: three base64url parts. 16 KB is more than any header limit lets through. */
const COMPACT = /^([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]{2,})$/;
const LONGEST = 16_384;

/** The members of a header or of a payload. Integers beyond 2^53 are `bigint`: they stay exact. */
export type Members = Readonly<Record<string, unknown>>;

/** A token's parts. Nothing of them is to be believed before the signature is verified. */
export interface Compact {
  header: Members;
  payload: Members;
  /** What is signed: the first two parts as they were sent. */
  signed: string;
  signature: Buffer;
  /** Why the token is refused although it can be read: parsers read it differently. */
  flaw: string | undefined;
}

/**
 * Reads a JWS in compact form, once for all who judge it. The result is a reason where the text does not have that form.
 *
 * A flaw is what parsers read differently: stray bits in the last character, members named twice (RFC 8725 §3.1), bytes
 * that are not UTF-8, and `crit` and `b64` extensions, which nothing here understands.
 */
export function readCompact(token: string): Compact | string {
  if (token.length > LONGEST) return 'longer than 16 KB';
  const parts = COMPACT.exec(token);
  if (!parts) return formOf(token);
  const [encodedHeader = '', encodedPayload = '', encodedSignature = ''] = parts.slice(1);
  const header = readPart('header', encodedHeader);
  if (typeof header === 'string') return header;
  const payload = readPart('payload', encodedPayload);
  if (typeof payload === 'string') return payload;
  const signature = Buffer.from(encodedSignature, 'base64url');
  return {
    header: header.members,
    payload: payload.members,
    signed: `${encodedHeader}.${encodedPayload}`,
    signature,
    flaw:
      header.flaw ??
      payload.flaw ??
      extensionIn(header.members) ??
      (isCanonical(signature, encodedSignature) ? undefined : 'signature is not canonical base64url'),
  };
}

/** A JWE has five parts (RFC 7516 §7.1). */
function formOf(token: string): string {
  return token.split('.').length === 5
    ? 'not a signed token (JWS) but an encrypted one (JWE)'
    : 'not three base64url parts';
}

interface Part {
  members: Members;
  flaw: string | undefined;
}

/** Whose a token is can be told even where it is flawed: it is read in the strict way and, if that fails, in the lax one. */
function readPart(what: string, encoded: string): Part | string {
  const bytes = Buffer.from(encoded, 'base64url');
  const budget = new Budget();
  let value: unknown;
  let flaw = isCanonical(bytes, encoded) ? undefined : `${what} is not canonical base64url`;
  try {
    value = plain(decodeJson(bytes, budget, 'refuse'), budget);
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
    flaw = `${what}: ${error.message}`;
    value = parsed(bytes);
  }
  if (isMap(value)) return { members: value, flaw };
  return value === undefined && flaw !== undefined ? flaw : `${what} is not an object`;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function isCanonical(bytes: Buffer, encoded: string): boolean {
  return bytes.toString('base64url') === encoded;
}

function extensionIn(header: Members): string | undefined {
  const name = ['crit', 'b64'].find((extension) => Object.hasOwn(header, extension));
  return name && `header has ${name}`;
}
