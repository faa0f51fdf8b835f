import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Misuse } from './command.ts';

const PLACES = ['config/routes.yaml', '/etc/postern/routes.yaml'];

export const CONFIG_OPTION = `  -c, --config FILE   the configuration; default ${PLACES.join(', then ')}`;

/**
 * The configuration file that the command line names, or the first of the usual places where there is one.
 *
 * @throws Misuse
 */
export function configFile(args: string[]): string {
  let config: string | undefined;
  try {
    ({ config } = parseArgs({ args, options: { config: { type: 'string', short: 'c' } } }).values);
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : 'unknown option');
  }
  return config ?? PLACES.find((place) => existsSync(place)) ?? 'config/routes.yaml';
}
