import Type from 'typebox';
import type { AnyPart, Permission } from '../core/words.ts';

type ListName = 'groups' | 'permissions' | 'scopes';

/** `{ group: editors }`, `{ permission: shop.add_book }`, `{ scope: read }`: membership of one of the user's lists. */
function membership(key: string, list: ListName, summary: string): AnyPart<Permission> {
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
        permits: ({ identity }) => identity.authenticated && identity.user[list].includes(wanted),
      };
    },
  };
}

export const group = membership('group', 'groups', 'Users in a group.');
export const permission = membership(
  'permission',
  'permissions',
  'Users with a permission, such as `shop.add_book`.',
);
export const scope = membership('scope', 'scopes', 'Tokens with an OAuth scope.');
