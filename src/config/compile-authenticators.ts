import { anonymous } from '../authenticate/anonymous.ts';
import { authenticators as parts } from '../authenticate/index.ts';
import { suggestion } from '../core/suggest.ts';
import { type AnyPart, type Authenticator, type CommonTools, skip } from '../core/words.ts';
import type { Path, Problems } from '../yaml/problems.ts';

/** The file's authenticators by name. `anonymous` needs no entry of its own. */
export function compileAuthenticators(
  configured: Readonly<Record<string, { type: string }>>,
  problems: Problems,
  tools: CommonTools,
  hasStore: boolean,
): ReadonlyMap<string, Authenticator> {
  const made = new Map<string, Authenticator>([
    ['anonymous', anonymous.create({ type: 'anonymous' }, { ...tools, name: 'anonymous', report() {} })],
  ]);
  for (const [name, options] of Object.entries(configured)) {
    const path = ['authenticators', name];
    const part: AnyPart<Authenticator> | undefined = parts.find(({ name: type }) => type === options.type);
    if (!part) continue;
    if (part.needsStore?.(options as never) && !hasStore)
      problems.on(path, needsStore(`a ${part.name} authenticator`), 'key');
    const authenticator: Authenticator = part.create(options as never, {
      ...tools,
      name,
      report: (below, message) => {
        // Of the whole nothing is said where a part of it was wrong: the one comes from the other.
        if (below.length > 0 || !problems.excused(path)) problems.on([...path, ...below], message);
      },
      warn: (below, message) => problems.warn([...path, ...below], message),
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
    if (!authenticator && problems.excused(['authenticators', name])) return UNUSABLE;
    if (!authenticator)
      problems.on([...path, index], `there is no authenticator "${name}"${suggestion(name, known.keys())}`);
    return authenticator ?? [];
  });
}

export function needsStore(what: string): string {
  return `${what} needs a store: set REDIS_URL or "redis: redis://…", or say "store: memory" to keep state in this process only`;
}

/** Stands for an authenticator that is in the file and was reported: nothing more is to be said of its routes. */
const UNUSABLE: Authenticator = { name: 'unusable', identifies: true, authenticate: () => skip('unusable') };
