import type { User } from './identity.ts';

/** A record that cannot be trusted to say who somebody is. The message names the field, never its value. */
export class UnreadableRecord extends Error {
  override name = 'UnreadableRecord';
}

/** The record says that its user may not log in. */
export class InactiveUser extends Error {
  override name = 'InactiveUser';
}

const LISTS = new Set(['groups', 'permissions', 'scopes']);
const FLAGS = new Set(['is_staff', 'is_superuser', 'is_active']);

/**
 * Normalises a stored record or a set of claims to a `User`: `id` and `username` become text, `groups`,
 * `permissions` and `scopes` lists of text, the Django flags booleans.
 *
 * @throws UnreadableRecord without a usable `id`, for integers beyond 2^53 and for a flag that is neither true nor false
 * @throws InactiveUser when the record says `is_active: false` (or `active: false`)
 */
export function readUser(record: Readonly<Record<string, unknown>>): User {
  const user: User = { groups: [], permissions: [], scopes: [], is_staff: false, is_superuser: false };
  for (const [name, value] of Object.entries(record)) {
    if (name === '__proto__') throw new UnreadableRecord('record has a field named __proto__');
    refuseUnsafe(name, value);
    if (LISTS.has(name)) user[name] = textList(name, value);
    else if (FLAGS.has(name)) user[name] = flag(name, value);
    else if (name !== 'id' && name !== 'username') user[name] = value;
  }
  const id = text('id', record.id ?? record.pk ?? record.user_id);
  if (id === undefined || id === '') throw new UnreadableRecord('record has no id');
  user.id = id;
  const username = text('username', record.username);
  if (username !== undefined) user.username = username;
  if (user.is_active === false || user.active === false) throw new InactiveUser('record says inactive');
  return user;
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new UnreadableRecord(`${name} is neither text nor a number`);
}

/** A list of text from a list, from space- or comma-separated text (RFC 8693 `scope`), or from nothing. */
export function textList(name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return value.split(/[\s,]+/).filter(Boolean);
  if (!Array.isArray(value)) throw new UnreadableRecord(`${name} is not a list`);
  return value.map((item: unknown) => {
    if (item !== null && typeof item === 'object' && 'name' in item) return text(name, item.name) ?? '';
    return text(name, item) ?? '';
  });
}

/** JSON booleans, and what Redis hashes hold of them: `1`, `0`, `True`, `false`, empty. */
function flag(name: string, value: unknown): boolean {
  switch (typeof value === 'string' ? value.toLowerCase() : value) {
    case true:
    case 1:
    case '1':
    case 'true':
      return true;
    case false:
    case 0:
    case null:
    case '0':
    case 'false':
    case '':
      return false;
    default:
      throw new UnreadableRecord(`${name} is neither true nor false`);
  }
}

/** JSON.parse has already rounded an integer beyond 2^53, `1e400` to Infinity: two users could share one number. */
function refuseUnsafe(name: string, value: unknown, depth = 0): void {
  if (
    typeof value === 'number' &&
    (Number.isInteger(value) ? !Number.isSafeInteger(value) : !Number.isFinite(value))
  ) {
    throw new UnreadableRecord(`${name} holds an integer beyond 2^53`);
  }
  if (value === null || typeof value !== 'object') return;
  if (depth > 16) throw new UnreadableRecord(`${name} is nested too deeply`);
  for (const item of Object.values(value)) refuseUnsafe(name, item, depth + 1);
}
