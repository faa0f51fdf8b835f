import type { Problems } from '../yaml/problems.ts';
import type { FileConfig } from './schema.ts';

/** Warns of what the file names and nothing uses: often a misspelt or forgotten rule. */
export function warnOfUnusedNames(file: FileConfig, problems: Problems): void {
  const { defaults = {}, routes, permissions = {} } = file;
  const users = [defaults, ...routes];
  const used = {
    authenticators: namesIn(users.map(({ authenticate }) => authenticate)),
    permissions: namesIn([users.map(({ permit }) => permit), permissions]),
    throttles: namesIn(users.map(({ throttle }) => throttle)),
    upstreams: namesIn(routes.map(({ forward }) => forward)),
  };
  for (const kind of ['authenticators', 'permissions', 'throttles', 'upstreams'] as const) {
    for (const name of Object.keys(file[kind] ?? {})) {
      if (!used[kind].has(name)) problems.on([kind, name], `nothing uses "${name}"`, 'key', 'warning');
    }
  }
}

/** Every text in a value. */
function namesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string') found.add(value);
  else if (value !== null && typeof value === 'object')
    for (const item of Object.values(value)) namesIn(item, found);
  return found;
}
