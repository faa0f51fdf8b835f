import { InvalidConfiguration, type Loaded, load, MissingFile } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import { CannotListen, createLogger, type Running, start } from '../start.ts';
import type { Command, CommandContext } from './command.ts';
import { CONFIG_OPTION, configFile } from './config-file.ts';

export const serve: Command = {
  usage: `postern serve [--config FILE]

${CONFIG_OPTION}

Environment: POSTERN_LISTEN (host:port), POSTERN_ADMIN (host:port) and REDIS_URL override the file.
SIGTERM drains: readiness says no, requests in flight finish. SIGINT ends at once.`,
  async run(context) {
    const { file } = configFile(context.args);
    let loaded: Loaded;
    let running: Running;
    try {
      loaded = load(file, context.env);
      running = await start(loaded, { clock: systemClock, logger: createLogger(loaded.settings) });
    } catch (error) {
      if (
        error instanceof InvalidConfiguration ||
        error instanceof MissingFile ||
        error instanceof CannotListen
      ) {
        context.err(error.message);
        return 1;
      }
      throw error;
    }
    for (const problem of loaded.problems.list) context.err(loaded.problems.describe(problem));
    // Whoever reads that it serves may send a signal at once.
    const ended = untilEnded(running, context);
    context.err(banner(file, loaded, running));
    return ended;
  },
};

/** What is served, and where state is; for people, so it goes to standard error, beside the log on standard output. */
function banner(file: string, { file: config, settings }: Loaded, { url, adminUrl }: Running): string {
  const routes = config.routes.map(({ path, host, methods, forward }) => {
    const upstream = typeof forward === 'string' ? forward : forward.upstream;
    return `  ${(methods?.join(',') ?? 'any').padEnd(10)} ${host ?? ''}${path}  ->  ${upstream}`;
  });
  const shown = routes.length > 20 ? [...routes.slice(0, 20), `  … and ${routes.length - 20} more`] : routes;
  const state = {
    redis: 'State is kept in Redis.',
    memory: 'State is kept in memory only: one process, and nothing is kept over a restart.',
    none: 'No state is kept: no authenticator or throttle needs any.',
  }[settings.store?.kind ?? 'none'];
  // The lines name the address of the file; they work where it was overridden too.
  const written = `http://${config.listen ?? '127.0.0.1:8080'}`;
  const lines = settings.try.map((line) => `  ${line.replaceAll(written, url)}`);
  const trials = lines.length > 0 ? ['', 'Try:', ...lines] : [];
  return [`Postern serves ${file} on ${url} (health on ${adminUrl})`, ...shown, state, ...trials, ''].join(
    '\n',
  );
}

function untilEnded(running: Running, { err }: CommandContext): Promise<number> {
  return new Promise((resolve) => {
    const end = (finish: () => Promise<void>, message: string) => {
      err(message);
      finish().then(
        () => resolve(0),
        () => resolve(1),
      );
    };
    process.once('SIGTERM', () => end(running.drain, 'SIGTERM: draining'));
    process.once('SIGINT', () => end(running.close, 'SIGINT: ending'));
  });
}
