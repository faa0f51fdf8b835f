import { isMap, isScalar, parseDocument } from 'yaml';
import { readOptionFile } from '../core/option-file.ts';
import { InactiveUser, readUser, UnreadableRecord } from '../core/user.ts';
import type { Tools } from '../core/words.ts';
import { HASHERS } from '../issue/hashers/index.ts';

type UserRecord = Readonly<Record<string, unknown>>;

/**
 * The users of a YAML file by name; undefined after a problem was reported. Messages name users, never what the file
 * says of them.
 */
export function readUsersFile(file: string, tools: Tools): ReadonlyMap<string, UserRecord> | undefined {
  const text = readOptionFile(file, ['file'], tools);
  if (text === undefined) return undefined;
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const [error] = document.errors;
  const problem = (message: string) => tools.report(['file'], `${file}: ${message}`);
  if (error) {
    problem(`line ${text.slice(0, error.pos[0]).split('\n').length} is not YAML (${error.code})`);
    return undefined;
  }
  if (!isMap(document.contents) || !document.contents.items.every(({ key }) => isScalar(key))) {
    problem('it must be a map of users by name, such as "ada: pbkdf2_sha256$…"');
    return undefined;
  }
  const users = new Map<string, UserRecord>();
  const ids = new Map<string, string>();
  for (const { key } of document.contents.items) {
    const name = String(isScalar(key) ? key.value : key);
    const record = recordOf(name, document.toJS().valueOf()[name]);
    const found = typeof record === 'string' ? record : problemOf(record, tools);
    const id = typeof record === 'string' ? '' : String(record.id);
    const twin = ids.get(id);
    if (found) problem(`"${name}" ${found}`);
    else if (twin !== undefined) problem(`"${name}" and "${twin}" have the same id`);
    else if (typeof record !== 'string') {
      users.set(name, record);
      ids.set(id, name);
    }
  }
  return users;
}
