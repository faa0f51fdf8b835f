import { lookup } from 'node:dns/promises';
import { setImmediate as nextRound, setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import type { Loaded } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import type { Clock } from './core/clock.ts';
import type { Address } from './core/host-port.ts';
import { createAdmin } from './listen/admin.ts';
import { HttpServer } from './listen/http-server.ts';
import { createServer } from './listen/server.ts';
import { Runtime } from './runtime.ts';

/** A gateway that serves. */
export interface Running {
  url: string;
  adminUrl: string;
  runtime: Runtime;
  /** Resolves when requests may be sent to it for the first time. */
  ready(): Promise<void>;
  /** Flips readiness, keeps serving for the drain's delay, then lets what is in flight finish. */
  drain(): Promise<void>;
  /** Ends the drain's delay. */
  hurry(): void;
  /** Ends at once. */
  close(): Promise<void>;
}

/** How often quiet connections are looked for during a drain. */
const SWEEP_MS = 50;

/** How often a store that is not there yet is asked again. */
const POLL_MS = 250;

/** An address cannot be listened on. */
export class CannotListen extends Error {
  override name = 'CannotListen';
}

export interface StartOptions {
  clock: Clock;
  logger: Logger;
  /** Redis counts by `clock` instead of its own; tests own one. */
  ownClock?: boolean;
}

/**
 * Compiles what was loaded, and serves it with an admin listener beside it.
 *
 * @throws InvalidConfiguration, CannotListen
 */
export async function start(
  loaded: Loaded,
  { clock, logger, ownClock = false }: StartOptions,
): Promise<Running> {
  const { settings } = loaded;
  const runtime = new Runtime(loaded, { clock, logger, ownClock });
  const { store } = runtime;
  const state = { started: false, draining: false };
  const hurry = new AbortController();
  const admin = createAdmin({
    head: settings.head,
    store,
    keySet: runtime.keySet,
    forgetUser: runtime.forgetUser,
    started: () => state.started,
    draining: () => state.draining,
  });
  let server: FastifyInstance | undefined;

  async function close(): Promise<void> {
    server?.server.on('connection', (socket) => socket.destroy()).closeAllConnections();
    await Promise.all([server?.close(), admin.close()]);
    await runtime.close();
  }

  try {
    const { gateway, connected, observe } = runtime;
    server = await createServer({
      log: logger,
      head: settings.head,
      draining: () => state.draining,
      connected,
      gateway,
      observe,
    });
    await store.settled();
    const adminUrl = await listen(admin, settings.admin, 'admin');
    const url = await listen(server, settings.listen, 'listen');
    state.started = true;
    const serving = server;
    return {
      url,
      adminUrl,
      runtime,
      close,
      async ready() {
        while (!(await store.ready())) await wait(POLL_MS, undefined, { ref: false });
      },
      drain: () => drain(serving, settings, state, hurry.signal).then(close),
      hurry: () => hurry.abort(),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The logger of a serving process: lines of JSON, the level from the file. */
export function createLogger({ log }: Settings, destination: { write(line: string): void }): Logger {
  const options = {
    level: log.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  return pino(options, destination);
}

async function listen(
  app: FastifyInstance,
  { host, port }: Address,
  name: 'listen' | 'admin',
): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const reasons: Record<string, string> = {
      EADDRINUSE: 'the port is in use',
      EACCES: 'the port needs privileges',
      EADDRNOTAVAIL: 'this machine has no such address',
    };
    const variable = `POSTERN_${name.toUpperCase()}`;
    throw new CannotListen(
      `cannot listen on ${host}:${port} (${name}): ${reasons[code] ?? code}. Set ${variable} or "${name}:" to another.`,
    );
  }
  const bound = app.server.address();
  const boundPort = bound !== null && typeof bound === 'object' ? bound.port : port;
  // On most machines that is 127.0.0.1 and ::1, and clients try both.
  if (
    host === 'localhost' &&
    app.server instanceof HttpServer &&
    bound !== null &&
    typeof bound === 'object'
  ) {
    const all = await lookup(host, { all: true });
    const others = all.filter(({ address }) => address !== bound.address);
    // An address that this machine does not have is none to miss.
    for (const { address } of others) await app.server.listenAlso(address, boundPort).catch(() => {});
  }
  return `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`;
}

async function drain(
  gateway: FastifyInstance,
  { drain: limits }: Settings,
  state: { draining: boolean },
  hurry: AbortSignal,
): Promise<void> {
  state.draining = true;
  await wait(limits.delayMs, undefined, { signal: hurry }).catch(() => {});
  // Connections that the system has accepted already are taken before the listener closes.
  await nextRound();
  const forced = setTimeout(() => gateway.server.closeAllConnections(), limits.timeoutMs);
  // A connection whose client has not heard of the drain is waited for until it has been quiet for a while.
  const sweeping = setInterval(() => gateway.server.closeIdleConnections(), SWEEP_MS);
  await gateway.close();
  clearInterval(sweeping);
  clearTimeout(forced);
}
