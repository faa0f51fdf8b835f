import Type from 'typebox';
import { hasPermission } from '../core/has-permission.ts';
import type { Identity } from '../core/identity.ts';
import type { AnyPart, Permission } from '../core/words.ts';

/** `{ group: editors }`, `{ permission: shop.add_book }`, `{ scope: read }`: what a user has. */
function having(
  key: string,
  summary: string,
  has: (identity: Identity, wanted: string) => boolean,
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
        permits: ({ identity }) => identity.authenticated && has(identity, wanted),
      };
    },
  };
}

export const group = having('group', 'Users in a group.', ({ user }, wanted) => user.groups.includes(wanted));
export const permission = having(
  'permission',
  'Users with a permission, such as `shop.add_book`, their own or by a group; superusers have all.',
  hasPermission,
);
export const scope = having('scope', 'Tokens with an OAuth scope.', ({ user }, wanted) =>
  user.scopes.includes(wanted),
);
