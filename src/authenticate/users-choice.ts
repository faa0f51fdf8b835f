import Type from 'typebox';
import { suggestion } from '../core/suggest.ts';
import type { Users } from '../core/users.ts';
import type { Tools } from '../core/words.ts';

/** What a source may be called: the words have a meaning of their own. */
export const SOURCE_NAME = {
  pattern: '^(?!(?:true|false|merge)$)[A-Za-z0-9][A-Za-z0-9_.-]*$',
  patternErrorMessage:
    'a name is letters, digits, "_", "-" and ".", begins with a letter or digit, and is not true, false or merge',
};

/** `users` of an authenticator. */
export const usersChoice = (description: string) =>
  Type.Optional(Type.Union([Type.Boolean(), Type.String()], { description }));

export type UsersChoice = boolean | string;

/**
 * The source that an authenticator chooses: true for that of the file, or a name. Undefined for false, and after a
 * problem was reported.
 *
 * @param fallback what counts without a choice; the file need not have a source for it
 */
export function chosenUsers(
  choice: UsersChoice | undefined,
  fallback: boolean,
  { users: { main, named, incomplete }, report }: Pick<Tools, 'users' | 'report'>,
  at: readonly string[] = ['users'],
): Users | undefined {
  if (choice === undefined) return fallback ? main : undefined;
  if (choice === false) return undefined;
  const users = choice === true ? main : named.get(choice);
  if (users || incomplete) return users;
  if (choice !== true) report(at, `there is no users source "${choice}"${suggestion(choice, named.keys())}`);
  else if (named.size > 0)
    report(at, `the file's "users" has neither "key" nor "url": choose ${[...named.keys()].join(' or ')}`);
  else report(at, 'the file has no users source: give "users" a "key" or a "url"');
  return undefined;
}
