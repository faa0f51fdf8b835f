import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Misuse } from './command.ts';

const PLACES = ['config/routes.yaml', '/etc/postern/routes.yaml'];

export const CONFIG_OPTION = `  -c, --config FILE   the configuration, also as FILE alone; default ${PLACES.join(', then ')}`;

/**
 * The configuration file that the command line names, or the first of the usual places where there is one; and which
 * of the command's own `flags` are set.
 *
 * @throws Misuse
 */
export function configFile<Flag extends string = never>(
  args: string[],
  flags: readonly Flag[] = [],
): { file: string; set: ReadonlySet<Flag> } {
  const { values, positionals } = parsed(args, flags);
  const { config } = values;
  const [given, ...more] = [...(typeof config === 'string' ? [config] : []), ...positionals];
  if (more.length > 0) throw new Misuse(`one file at a time, not ${[given, ...more].join(' and ')}`);
  const file = given ?? PLACES.find((place) => existsSync(place)) ?? 'config/routes.yaml';
  return { file, set: new Set(flags.filter((flag) => values[flag])) };
}

interface Parsed {
  values: Readonly<Record<string, string | boolean | undefined>>;
  positionals: readonly string[];
}

function parsed(args: string[], flags: readonly string[]): Parsed {
  const ofFlags = Object.fromEntries(flags.map((flag) => [flag, { type: 'boolean' as const }]));
  const options = { config: { type: 'string' as const, short: 'c' }, ...ofFlags };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : 'unknown option');
  }
}
