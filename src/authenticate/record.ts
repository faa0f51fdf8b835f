import { isUtf8 } from 'node:buffer';
import { isMap } from '../core/is-map.ts';
import { memoOf } from '../core/memo.ts';
import { Opaque } from '../core/opaque.ts';
import type { Stored } from '../core/store.ts';
import { UnreadableRecord } from '../core/user.ts';
import { Budget } from '../django/budget.ts';
import { decodeCacheValue } from '../django/cache-value.ts';
import { plain } from '../django/plain.ts';
import { plainJson } from '../django/plain-json.ts';
import { Undecodable } from '../django/undecodable.ts';
import type { Value } from '../django/value.ts';
import { isUserId } from './user-id.ts';

/** A record as it was stored, before it is read as a user's. */
export type PlainRecord = Readonly<Record<string, unknown>>;

/**
 * A user's record from what Redis holds: a hash, a JSON object, what django-redis or Django's own cache wrote (pickled,
 * compressed), or the bare id of a user. Integers beyond 2^53 are
 * `bigint`, and never rounded.
 *
 * @throws UnreadableRecord for anything else
 */
export const parseRecord: (stored: Stored) => PlainRecord = memoOf(read);

function read(stored: Stored): PlainRecord {
  const budget = new Budget();
  try {
    return stored instanceof Uint8Array ? recordIn(stored, budget) : recordOfHash(stored, budget);
  } catch (error) {
    if (error instanceof Undecodable)
      throw new UnreadableRecord(`record cannot be decoded: ${error.message}`);
    throw error;
  }
}

/** Neither a pickle nor compressed: those have control characters, line ends, or bytes that are not UTF-8. */
const PLAIN_TEXT = /^\P{Cc}*$/u;

function recordIn(bytes: Uint8Array, budget: Budget): PlainRecord {
  budget.refuseLong(bytes.length);
  budget.spendBytes(bytes.length);
  const text = utf8(bytes);
  if (text !== undefined && (PLAIN_TEXT.test(text) || text.trimStart().startsWith('{')))
    return recordOfText(text, budget);
  const value = decodeCacheValue(bytes, {}, budget);
  if (typeof value === 'number' || typeof value === 'bigint') return { id: value };
  const inner = textIn(value);
  return inner === undefined ? recordOf(plain(value, budget)) : recordOfText(inner, budget);
}

/** Text that an app serialised itself before it gave it to the cache, or an id that is a UUID. */
function textIn(value: Value): string | undefined {
  if (value instanceof Uint8Array) return utf8(value);
  if (value instanceof Opaque) return value.text;
  return typeof value === 'string' ? value : undefined;
}

/** Undefined for other bytes: what does not decode in one way must not become the same text as something else. */
function utf8(bytes: Uint8Array): string | undefined {
  const { buffer, byteOffset, byteLength } = bytes;
  return isUtf8(bytes) ? Buffer.from(buffer, byteOffset, byteLength).toString() : undefined;
}

/** Text means the same as it is, in a pickle, or as JSON text: an object in JSON, or the bare id of a user. */
function recordOfText(given: string, budget: Budget): PlainRecord {
  const text = given.trim();
  if (text.startsWith('{')) return recordOf(plainJson(text, budget));
  return text.startsWith('"') ? recordOfQuoted(text, budget) : { id: bareId(text) };
}

function recordOf(value: unknown): PlainRecord {
  if (!isMap(value) || value instanceof Opaque)
    throw new UnreadableRecord('record is neither an object nor a user id');
  return value;
}

/** Fields of a hash are text, and names are never anything else; other fields may hold JSON. */
const NAMES = new Set(['id', 'pk', 'user_id', 'username', 'password']);

function recordOfHash(fields: Readonly<Record<string, string>>, budget: Budget): PlainRecord {
  const record: Record<string, unknown> = Object.create(null);
  let length = 0;
  for (const [name, text] of Object.entries(fields)) {
    length += name.length + text.length;
    budget.refuseLong(length);
    budget.spend(HASH_FIELD);
    budget.spendBytes(text.length);
    record[name] = /^[[{]/.test(text) && !NAMES.has(name) ? jsonIn(name, text, budget) : text;
  }
  return record;
}

/** Steps of a hash's field. */
const HASH_FIELD = 50;

function jsonIn(name: string, text: string, budget: Budget): unknown {
  try {
    return plainJson(text, budget);
  } catch (error) {
    if (error instanceof Undecodable) throw new UnreadableRecord(`${name} is not JSON: ${error.message}`);
    throw error;
  }
}

/** An app that wrote `null`, `None` or `N.` (None as protocol 0 pickles it) knew of nobody. */
function bareId(text: string): string {
  if (/^(?:null|true|false|NaN|None|N\.)$/.test(text) || !/^[^\s"{}[\]]+$/.test(text) || !isUserId(text))
    throw new UnreadableRecord('record is neither JSON nor a user id');
  return text;
}

/** JSON text: only so an id with blanks is told from other text. */
function recordOfQuoted(text: string, budget: Budget): PlainRecord {
  const inner = plainJson(text, budget);
  if (typeof inner === 'string' && inner.trimStart().startsWith('{'))
    return recordOf(plainJson(inner, budget));
  if (typeof inner !== 'string' || !isUserId(inner))
    throw new UnreadableRecord('record is neither JSON nor a user id');
  return { id: inner };
}
