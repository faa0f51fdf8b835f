import type { Logger } from 'pino';
import { InvalidConfiguration, type Loaded, load, MissingFile } from '../config/load.ts';
import { systemClock } from '../core/clock.ts';
import { LogWriter } from '../observe/log-writer.ts';
import { prettier } from '../observe/pretty.ts';
import { standardOutput } from '../observe/standard-output.ts';
import { CannotListen, createLogger, type Running, start } from '../start.ts';
import type { Command, CommandContext } from './command.ts';
import { CONFIG_OPTION, configFile } from './config-file.ts';
import { untilEnded } from './signals.ts';
import { packageVersion } from './version.ts';

/** How long the last lines of the log have to be written, in milliseconds. */
const LAST_WORDS_MS = 1_000;

export const serve: Command = {
  usage: `postern serve [--config FILE]

${CONFIG_OPTION}

Environment: POSTERN_LISTEN (host:port), POSTERN_ADMIN (host:port) and REDIS_URL override the file.
SIGTERM drains: readiness says no, requests in flight finish. A second SIGTERM skips the delay of the drain.
SIGINT ends at once.`,
  async run(context) {
    const { file } = configFile(context.args);
    let loaded: Loaded;
    let running: Running;
    let writer: LogWriter;
    let logger: Logger;
    try {
      loaded = load(file, context.env);
      writer = logWriter(loaded.settings.log.format, context.env);
      logger = createLogger(loaded.settings, writer);
      running = await start(loaded, { clock: systemClock, logger });
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
    logger.info(
      {
        version: packageVersion(),
        config: file,
        config_hash: loaded.hash,
        listen: running.url,
        admin: running.adminUrl,
      },
      'start',
    );
    void running.ready().then(() => logger.info({}, 'ready'));
    // Whoever reads that it serves may send a signal at once.
    const ended = untilEnded(running, { err: context.err, log: logger });
    context.err(banner(file, loaded, running));
    const code = await ended;
    logger.info({ code }, 'stop');
    await writer.end(LAST_WORDS_MS);
    return code;
  },
};

function logWriter(format: 'auto' | 'json' | 'pretty', env: CommandContext['env']): LogWriter {
  const { isTTY } = process.stdout;
  const pretty = format === 'pretty' || (format === 'auto' && isTTY);
  // https://no-color.org
  return new LogWriter(standardOutput(), pretty ? prettier(isTTY && !env.NO_COLOR) : undefined);
}

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
