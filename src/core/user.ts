import { coerce, type Fields, type FieldType, toFlag, toText, toTextList } from './fields.ts';
import type { User } from './identity.ts';
import { memoOf } from './memo.ts';
import { UnreadableRecord } from './unreadable.ts';

export { UnreadableRecord } from './unreadable.ts';

/** The record says that its user may not log in. */
export const INACTIVE = Symbol('inactive');
export type Inactive = typeof INACTIVE;

type UserRecord = Readonly<Record<string, unknown>>;

/** The fields that name the user, the first one that has a value counts. */
const ID_FIELDS = ['id', 'pk', 'user_id'] as const;
const NAMES = new Set(['id', 'username']);
/** Kept by apps beside the rest; nothing can read it. */
const SECRET = 'password';
const FLAGS = new Set(['is_staff', 'is_superuser', 'is_active', 'active']);

/** Rights are lists. Only scopes are separated by blanks (RFC 6749 §3.3): the name of a group may hold some. */
const RIGHTS: Readonly<Record<string, FieldType>> = {
  groups: 'list',
  permissions: 'list',
  user_permissions: 'list',
  group_permissions: 'list',
  scopes: { list: ' ' },
};

/**
 * Normalises a stored record or a set of claims to a `User`: `id` and `username` become text, `groups`,
 * `permissions` and `scopes` lists of text, flags booleans, declared `fields` what they are declared as.
 * A `password` is left out. INACTIVE when `is_active` or `active` is false. `permissions` are those of the user and of the groups, whichever lists the record has.
 *
 * @throws UnreadableRecord without a usable `id`, for an integer beyond 2^53, and for a right or a flag that cannot be
 * read in one way
 */
export function readUser(record: UserRecord, fields: Fields = NO_FIELDS): User | Inactive {
  return readers(fields)(record);
}

const NO_FIELDS: Fields = {};
/** A record that is known, as it comes from a store that remembers, is read once. */
const readers = memoOf((fields: Fields) => memoOf((record: UserRecord) => read(record, fields)));

function read(record: UserRecord, fields: Fields): User | Inactive {
  const user: User = { groups: [], permissions: [], scopes: [], is_staff: false, is_superuser: false };
  for (const [name, value] of Object.entries(record)) {
    if (name === '__proto__') throw new UnreadableRecord('record has a field named __proto__');
    refuseInexact(name, value);
    const type = fields[name];
    if (Object.hasOwn(RIGHTS, name)) user[name] = rightsOf(name, value, fields);
    else if (FLAGS.has(name)) user[name] = toFlag(name, value);
    else if (type !== undefined) user[name] = coerce(name, type, value);
    else if (name !== 'id' && name !== 'username' && name !== SECRET) user[name] = value;
  }
  const id = idOf(record);
  if (id === undefined || id === '') throw new UnreadableRecord('record has no id');
  user.id = id;
  const username = toText('username', record.username);
  if (username !== undefined) user.username = username;
  user.permissions = allPermissions(user);
  return user.is_active === false || user.active === false ? INACTIVE : Object.freeze(user);
}

/**
 * The id in a record: `id`, else `pk`, else `user_id`, as text; undefined when there is none.
 *
 * @throws UnreadableRecord for an id that is neither text nor an exact number
 */
export function idOf(record: UserRecord): string | undefined {
  for (const name of ID_FIELDS) {
    const id = toText(name, Object.hasOwn(record, name) ? record[name] : undefined);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** The id in a record that says nothing else, so that the user must be looked up; undefined for any other record. */
export function bareIdOf(record: UserRecord): string | undefined {
  const bare = Object.keys(record).every((name) => ID_FIELDS.some((field) => field === name));
  return bare ? idOf(record) : undefined;
}

/** Why a field cannot be declared so: the fields that Postern itself reads have their types; undefined when it can. */
export function declarationProblem(name: string, type: FieldType): string | undefined {
  if (Object.hasOwn(RIGHTS, name) && type !== 'list' && typeof type !== 'object')
    return `${name} is always a list`;
  if (FLAGS.has(name) && type !== 'bool') return `${name} is always true or false`;
  return NAMES.has(name) && type !== 'string' ? `${name} is always text` : undefined;
}

/** A declared list may have a separator. */
function rightsOf(name: string, value: unknown, fields: Fields): readonly string[] {
  const declared = fields[name];
  const type = typeof declared === 'object' ? declared : RIGHTS[name];
  return toTextList(name, value, typeof type === 'object' ? type.list : undefined);
}

/** What Django's `has_perm` asks: the union of the user's own and the groups' permissions. */
function allPermissions({ permissions, user_permissions: own, group_permissions: ofGroups }: User) {
  if (own === undefined && ofGroups === undefined) return permissions;
  const lists = [own, ofGroups].filter((list): list is string[] => Array.isArray(list));
  return [...new Set([...permissions, ...lists.flat()])];
}

/** Records are nested no deeper than anybody could mean. */
const DEEPEST = 16;

/** Decoders keep integers beyond 2^53 as `bigint`. Rules, headers and the app would round them, two users to one. */
function refuseInexact(name: string, value: unknown, depth = 0): void {
  if (typeof value === 'bigint') throw new UnreadableRecord(`${name} holds an integer beyond 2^53`);
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return;
  if (depth > DEEPEST) throw new UnreadableRecord(`${name} is nested too deeply`);
  for (const item of Object.values(value)) refuseInexact(name, item, depth + 1);
}
