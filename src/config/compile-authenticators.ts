import { anonymous } from '../authenticate/anonymous.ts';
import { authenticators as parts } from '../authenticate/index.ts';
import type { Authenticator, Tools } from '../core/words.ts';
import type { Path, Problems } from './problems.ts';
import { suggestion } from './suggest.ts';

/** The file's authenticators by name. `anonymous` needs no entry of its own. */
export function compileAuthenticators(
  configured: Readonly<Record<string, { type: string }>>,
  problems: Problems,
  tools: Omit<Tools, 'report'>,
  hasStore: boolean,
): ReadonlyMap<string, Authenticator> {
  const made = new Map<string, Authenticator>([
    ['anonymous', anonymous.create({ type: 'anonymous' }, { ...tools, report() {} })],
  ]);
  for (const [name, options] of Object.entries(configured)) {
    const path = ['authenticators', name];
    const part = parts.find((candidate) => candidate.name === options.type);
    if (!part) continue;
    if (part.needsStore && !hasStore) problems.on(path, needsStore(`a ${part.name} authenticator`), 'key');
    const authenticator: Authenticator = part.create(options as never, {
      ...tools,
      report: (below, message) => problems.on([...path, ...below], message),
    });
    authenticator.name = name;
    made.set(name, authenticator);
  }
  return made;
}

/** The chain that a route names. */
export function chainOf(
  names: readonly string[],
  path: Path,
  known: ReadonlyMap<string, Authenticator>,
  problems: Problems,
): Authenticator[] {
  return names.flatMap((name, index) => {
    const authenticator = known.get(name);
    if (!authenticator)
      problems.on([...path, index], `there is no authenticator "${name}"${suggestion(name, known.keys())}`);
    return authenticator ?? [];
  });
}

export function needsStore(what: string): string {
  return `${what} needs a store: set REDIS_URL or "redis: redis://…", or say "store: memory" to keep state in this process only`;
}
