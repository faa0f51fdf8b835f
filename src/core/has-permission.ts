import type { Identity } from './identity.ts';

/** Django's `has_perm`: a superuser has every permission, anybody else those of the record. */
export function hasPermission({ authenticated, user }: Identity, permission: string): boolean {
  return authenticated && (user.is_superuser || user.permissions.includes(permission));
}
