import Type from 'typebox';
import { hasPermission } from '../core/has-permission.ts';
import type { Identity } from '../core/identity.ts';
import { shown } from '../core/shown.ts';
import type { AnyPart, Permission } from '../core/words.ts';
import { UNKNOWN, verdict, YES } from './verdict.ts';

/** `{ group: editors }`, `{ permission: shop.add_book }`, `{ scope: read }`: what a user has. */
function having(
  key: string,
  summary: string,
  list: 'groups' | 'permissions' | 'scopes',
  has: (identity: Identity, wanted: string) => boolean = ({ user }, wanted) => user[list].includes(wanted),
): AnyPart<Permission> {
  return {
    name: key,
    summary,
    schema: Type.Object({ [key]: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
    create(options: Record<string, string>): Permission {
      const wanted = options[key] ?? '';
      return {
        name: `${key} ${wanted}`,
        needsUser: true,
        params: [],
        permits({ identity }) {
          if (!identity.authenticated) return UNKNOWN;
          return has(identity, wanted)
            ? YES
            : verdict(false, `user.${list} is ${shown(identity.user[list])}`);
        },
      };
    },
  };
}

export const group = having('group', 'Users in a group.', 'groups');
export const permission = having(
  'permission',
  'Users with a permission, such as `shop.add_book`, their own or by a group; superusers have all.',
  'permissions',
  hasPermission,
);
export const scope = having('scope', 'Tokens with an OAuth scope.', 'scopes');
