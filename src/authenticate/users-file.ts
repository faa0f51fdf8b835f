import { parseDocument } from 'yaml';
import { isMap } from '../core/is-map.ts';
import { readOptionFile } from '../core/option-file.ts';
import { readUser, UnreadableRecord } from '../core/user.ts';
import type { Tools } from '../core/words.ts';
import { readHash, UnusableHash } from '../django/hashers/index.ts';
import { integer } from '../django/value.ts';

export type UserRecord = Readonly<Record<string, unknown>>;

/**
 * The users of a YAML file by name; undefined after a problem was reported. Messages name users, never what the file
 * says of them.
 */
export function readUsersFile(file: string, tools: Tools): ReadonlyMap<string, UserRecord> | undefined {
  const text = readOptionFile(file, ['file'], tools);
  if (text === undefined) return undefined;
  const problems: string[] = [];
  const users = new Map<string, UserRecord>();
  const names = new Map<string, string>();
  for (const [name, given] of Object.entries(usersIn(text, problems))) {
    const record = recordOf(name, given);
    const id = String(record?.id);
    const twin = names.get(id);
    const problem = twin === undefined ? problemOf(record, tools) : `has the id of "${twin}"`;
    if (problem !== undefined) problems.push(`"${name}" ${problem}`);
    if (record) users.set(name, record);
    names.set(id, name);
  }
  for (const problem of problems) tools.report(['file'], `${file}: ${problem}`);
  return problems.length === 0 ? users : undefined;
}

function usersIn(text: string, problems: string[]): object {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent', intAsBigInt: true });
  const [error] = document.errors;
  if (error) {
    const line = text.slice(0, error.pos[0]).split('\n').length;
    problems.push(`line ${line} cannot be read (${error.code})`);
    return {};
  }
  let users: unknown;
  try {
    users = document.toJS({ maxAliasCount: 0, reviver: exact });
  } catch {
    problems.push('aliases (*) are not allowed: write each user out');
    return {};
  }
  if (isMap(users)) return users;
  problems.push('a map of users by name is wanted: "ada: pbkdf2_sha256$…"');
  return {};
}

/** Integers beyond 2^53 stay big, and are refused where the record is read: none is rounded. */
function exact(_: unknown, value: unknown): unknown {
  return typeof value === 'bigint' ? integer(value) : value;
}

/** The name stands for the id where there is none: in one file no two users can have the same. */
function recordOf(name: string, given: unknown): UserRecord | undefined {
  if (typeof given === 'string') return { id: name, username: name, password: given };
  if (!isMap(given)) return undefined;
  return { ...given, id: given.id ?? given.pk ?? given.user_id ?? name, username: name };
}

function problemOf(record: UserRecord | undefined, tools: Tools): string | undefined {
  if (!record) return 'is neither a password hash nor a map';
  const password = passwordProblem(record.password);
  if (password !== undefined) return password;
  try {
    readUser(record, tools.fields);
  } catch (error) {
    if (error instanceof UnreadableRecord) return `cannot be read: ${error.message}`;
    throw error;
  }
  return undefined;
}

/** Undefined for a hash that can be checked, and for what Django writes for no password at all. */
function passwordProblem(password: unknown): string | undefined {
  if (password === undefined) return undefined;
  const hash = typeof password === 'string' ? readHash(password) : new UnusableHash('unknown', 'not text');
  if (!(hash instanceof UnusableHash)) return undefined;
  if (hash.reason !== 'unknown') return `cannot log in: ${hash.message}`;
  return 'has a password that is no Django hash, such as pbkdf2_sha256$…';
}
