import { compileOnly, InvalidConfiguration, load, MissingFile } from '../config/load.ts';
import type { Command } from './command.ts';
import { CONFIG_OPTION, configFile } from './config-file.ts';

export const check: Command = {
  usage: `postern check [--config FILE]

${CONFIG_OPTION}
      --no-env        check without the variables and secrets of the machine that will serve: no variable is read,
                      files that the configuration names may be missing, and what depends on them is not checked

Exits with 1 when the file cannot be served; warnings do not count.`,
  async run({ args, env, out, err }) {
    const { file, set } = configFile(args, ['no-env']);
    const alone = set.has('no-env');
    try {
      const loaded = load(file, alone ? undefined : env);
      compileOnly(loaded);
      for (const problem of loaded.problems.list) err(loaded.problems.describe(problem));
      const { length } = loaded.file.routes;
      const unknown = alone ? '; what variables and missing files say was not checked' : '';
      out(`${file}: ${length} ${length === 1 ? 'route' : 'routes'}, no errors${unknown}`);
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
