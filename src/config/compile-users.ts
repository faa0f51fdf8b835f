import { createUsers } from '../authenticate/users.ts';
import { declarationProblem } from '../core/user.ts';
import type { Users } from '../core/users.ts';
import { NO_SOURCES } from '../core/users.ts';
import type { CommonTools, Tools } from '../core/words.ts';
import type { Path, Problems } from '../yaml/problems.ts';
import { needsStore } from './compile-authenticators.ts';
import type { FileConfig } from './schema.ts';

/** The users sources of the file, and what the fields of their records are. */
export function compileUsers(
  { users: options }: FileConfig,
  tools: Omit<CommonTools, 'users'>,
  problems: Problems,
  hasStore: boolean,
): Pick<Tools, 'users' | 'fields'> {
  const incomplete = problems.excused(['users']);
  if (!options) return { users: { ...NO_SOURCES, incomplete } };

  function source(spec: Parameters<typeof createUsers>[0], path: Path): Users | undefined {
    if (spec.key !== undefined && !hasStore)
      problems.on([...path, 'key'], needsStore('looking users up by key'));
    const report = (below: Path, message: string) => problems.on([...path, ...below], message);
    return createUsers(spec, { ...tools, name: 'users', users: NO_SOURCES, report });
  }

  const named = new Map<string, Users>();
  for (const [name, spec] of Object.entries(options.sources ?? {})) {
    const path = ['users', 'sources', name];
    const users = source(spec, path);
    if (users) named.set(name, users);
    else if (!problems.excused(path)) problems.on(path, 'a source has a "key" or a "url"');
  }
  for (const [name, type] of Object.entries(options.fields ?? {})) {
    const problem = declarationProblem(name, type);
    if (problem) problems.on(['users', 'fields', name], problem);
  }
  return {
    users: { main: source(options, ['users']), named, incomplete: problems.excused(['users']) },
    fields: options.fields ?? {},
  };
}
