import { coerce, type Fields, toFlag, toText, toTextList } from './fields.ts';
import type { User } from './identity.ts';
import { UnreadableRecord } from './unreadable.ts';

export { UnreadableRecord } from './unreadable.ts';

/** The record says that its user may not log in. */
export class InactiveUser extends Error {
  override name = 'InactiveUser';
}

/** Kept by apps beside the rest, and nobody's business beyond them. */
const SECRET = 'password';
const LISTS = new Set(['groups', 'permissions', 'scopes']);
const FLAGS = new Set(['is_staff', 'is_superuser', 'is_active']);

/**
 * Normalises a stored record or a set of claims to a `User`: `id` and `username` become text, `groups`,
 * `permissions` and `scopes` lists of text, the Django flags booleans, declared `fields` what they are declared as.
 * A `password` is left out. `permissions` are those of the user and of the groups, whichever lists the record has.
 *
 * @throws UnreadableRecord without a usable `id`, for integers beyond 2^53 and for a flag that is neither true nor false
 * @throws InactiveUser when the record says `is_active: false` (or `active: false`)
 */
export function readUser(record: Readonly<Record<string, unknown>>, fields: Fields = {}): User {
  const user: User = { groups: [], permissions: [], scopes: [], is_staff: false, is_superuser: false };
  for (const [name, value] of Object.entries(record)) {
    if (name === '__proto__') throw new UnreadableRecord('record has a field named __proto__');
    refuseUnsafe(name, value);
    if (LISTS.has(name)) user[name] = toTextList(name, value);
    else if (FLAGS.has(name)) user[name] = toFlag(name, value);
    else if (fields[name] !== undefined) user[name] = coerce(name, fields[name], value);
    else if (name !== 'id' && name !== 'username' && name !== SECRET) user[name] = value;
  }
  const id = toText('id', record.id ?? record.pk ?? record.user_id);
  if (id === undefined || id === '') throw new UnreadableRecord('record has no id');
  user.id = id;
  const username = toText('username', record.username);
  if (username !== undefined) user.username = username;
  user.permissions = permissionsOf(record, user.permissions);
  if (user.is_active === false || user.active === false) throw new InactiveUser('record says inactive');
  return user;
}

/** What Django's `has_perm` asks: the union of one's own and one's groups' permissions. */
function permissionsOf(
  { user_permissions: own, group_permissions: ofGroups }: Readonly<Record<string, unknown>>,
  permissions: readonly string[],
): readonly string[] {
  if (own === undefined && ofGroups === undefined) return permissions;
  const lists = [toTextList('user_permissions', own), toTextList('group_permissions', ofGroups)];
  return [...new Set([...permissions, ...lists.flat()])];
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
