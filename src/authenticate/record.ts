import { isMap } from '../core/is-map.ts';
import type { Stored } from '../core/store.ts';
import { UnreadableRecord } from '../core/user.ts';
import { decodeCacheValue } from '../django/cache-value.ts';
import { plain } from '../django/plain.ts';
import { Undecodable } from '../django/undecodable.ts';

/**
 * A user's record from what Redis holds: a hash as it is, a JSON object, what django-redis or Django's own cache
 * wrote (pickled, compressed), or the bare id of a user.
 *
 * @throws UnreadableRecord for what is none of these
 */
export function parseRecord(stored: Stored): Readonly<Record<string, unknown>> {
  if (!(stored instanceof Uint8Array)) return parseHash(stored);
  const text = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString().trim();
  if (text.startsWith('{')) return parseJson(text);
  if (PLAIN_TEXT.test(text)) return { id: bareId(text) };
  return decoded(stored);
}

/** Neither a pickle nor compressed: those have control characters, bytes beyond ASCII or line ends. */
const PLAIN_TEXT = /^[\x20-\x7e]*$/;

function parseJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new UnreadableRecord('record is not JSON');
  }
}

function decoded(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = plain(decodeCacheValue(bytes));
  } catch (error) {
    if (error instanceof Undecodable)
      throw new UnreadableRecord(`record cannot be decoded: ${error.message}`);
    throw error;
  }
  if (typeof value === 'string') return { id: bareId(value) };
  if (!isMap(value) || value instanceof Uint8Array) {
    throw new UnreadableRecord('record is neither an object nor a user id');
  }
  return value as Record<string, unknown>;
}

/** Hash fields are text; lists stand in them as JSON, or separated by spaces or commas. */
function parseHash(fields: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => {
      if (!text.startsWith('[') && !text.startsWith('{')) return [name, text];
      try {
        return [name, JSON.parse(text) as unknown];
      } catch {
        throw new UnreadableRecord(`${name} is not JSON`);
      }
    }),
  );
}

/** JSON's own words are no ids: an app that wrote `null` knew of nobody. */
function bareId(text: string): string {
  const unquoted = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (/^(?:null|true|false)$/.test(text) || !/^[^\s"{}[\]]{1,256}$/.test(unquoted))
    throw new UnreadableRecord('record is neither JSON nor a user id');
  return unquoted;
}
