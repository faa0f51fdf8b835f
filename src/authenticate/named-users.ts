import Type from 'typebox';
import { type Maybe, then } from '../core/maybe.ts';
import type { Tools } from '../core/words.ts';
import { parseRecord } from './record.ts';
import { Remembered } from './remembered.ts';
import { readUsersFile, type UserRecord } from './users-file.ts';

/** Where users are looked up by their name. */
export const namedUsersOptions = {
  file: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'A YAML file of users: `ada: <password hash>`, or `ada: { password: <password hash>, id: 7, groups: [editors], … }`. Without an `id` the name is the id.',
    }),
  ),
  key: Type.Optional(
    Type.String({
      pattern: '^[^{}]+\\{username\\}[^{}]*$',
      patternErrorMessage:
        'a key has a beginning of its own and then {username}: basic:{username}; alone, a name could be any key',
      description:
        'The Redis key of a user: `basic:{username}`. JSON, a hash, or as Django pickled it; it holds the `id`.',
    }),
  ),
};

export interface NamedUsers {
  /** Every password hash, where all are known beforehand. */
  readonly hashes?: readonly string[];

  /**
   * The record of a user, undefined when there is none.
   *
   * @param staleMs how old an answer may be while the store cannot be asked
   */
  find(username: string, staleMs: number): Maybe<UserRecord | undefined>;
}

interface Options {
  file?: string;
  key?: string;
}

/** The look-up that the options name; undefined when they name none, or after a problem was reported. */
export function namedUsers({ file, key }: Options, tools: Tools): NamedUsers | undefined {
  if (file !== undefined && key !== undefined) {
    tools.report([], 'give either "file" or "key", not both');
    return undefined;
  }
  if (key !== undefined) return new StoredUsers(key, tools);
  const users = file === undefined ? undefined : readUsersFile(file, tools);
  if (!users) return undefined;
  const hashes = [...users.values()].flatMap(({ password }) =>
    typeof password === 'string' ? password : [],
  );
  return { hashes, find: (username) => users.get(username) };
}

/** Django's own names (UnicodeUsernameValidator): none of these characters separates the parts of a key. */
const NAME = /^[\p{L}\p{N}_.@+-]{1,150}$/u;

class StoredUsers implements NamedUsers {
  private readonly key: string;
  private readonly records: Remembered;

  constructor(key: string, { store, clock }: Tools) {
    this.key = key;
    this.records = new Remembered(store, clock);
  }

  find(username: string, staleMs: number): Maybe<UserRecord | undefined> {
    if (!NAME.test(username)) return undefined;
    const key = this.key.replace('{username}', () => username);
    return then(this.records.read(key, staleMs), (stored) =>
      stored === undefined ? undefined : { username, ...parseRecord(stored) },
    );
  }
}
