import { compileOnly, InvalidConfiguration, load, MissingFile } from '../config/load.ts';
import type { Command } from './command.ts';
import { CONFIG_OPTION, configFile } from './config-file.ts';

export const check: Command = {
  usage: `postern check [--config FILE]

${CONFIG_OPTION}

Exits with 1 when the file cannot be served; warnings do not count.`,
  async run({ args, env, out, err }) {
    const file = configFile(args);
    try {
      const loaded = load(file, env);
      const { routes } = compileOnly(loaded);
      for (const problem of loaded.problems.list) err(loaded.problems.describe(problem));
      out(`${file}: ${routes.length} ${routes.length === 1 ? 'route' : 'routes'}, no errors`);
      return 0;
    } catch (error) {
      if (error instanceof InvalidConfiguration) {
        err(error.message);
        const count = error.problems.list.filter(({ severity }) => severity === 'error').length;
        err(`\n${file}: ${count} ${count === 1 ? 'error' : 'errors'}`);
        return 1;
      }
      if (error instanceof MissingFile) {
        err(error.message);
        return 1;
      }
      throw error;
    }
  },
};
