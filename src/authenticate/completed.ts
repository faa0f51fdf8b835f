import type { UserRecord } from '../core/users.ts';

/** Fields that say what a user may do. */
const RIGHTS = new Set([
  'groups',
  'permissions',
  'user_permissions',
  'group_permissions',
  'is_staff',
  'is_superuser',
  'is_active',
  'active',
]);

/**
 * What a credential says of its user, completed with the record of a users source. Rights come from the record alone:
 * the credential may be older than they are, or of somebody who may not grant them. Of anything else that both have,
 * the record's counts.
 *
 * @param scopes what the credential may be used for, whatever its user may do
 */
export function completed(credential: UserRecord, record: UserRecord, scopes: unknown): UserRecord {
  const both: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(credential)) {
    if (!RIGHTS.has(name)) both[name] = value;
  }
  return Object.assign(both, record, { scopes });
}

/** Whether a field of a user is a right, which no credential brings where a source is asked. */
export function isRight(name: string): boolean {
  return RIGHTS.has(name);
}
