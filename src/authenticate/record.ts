import type { Stored } from '../core/store.ts';
import { UnreadableRecord } from '../core/user.ts';

/**
 * A user's record from what Redis holds: a hash as it is, a JSON object, or the bare id of a user.
 *
 * @throws UnreadableRecord for JSON that is not an object, for text that cannot be an id
 */
export function parseRecord(stored: Stored): Readonly<Record<string, unknown>> {
  if (typeof stored !== 'string') return parseHash(stored);
  const text = stored.trim();
  if (!text.startsWith('{')) return { id: bareId(text) };
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new UnreadableRecord('record is not JSON');
  }
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
