import { loadText } from '../../src/config/load.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { createLogger, type Running, start } from '../../src/start.ts';

import { overTransport } from './transport.ts';

export interface GatewayOptions {
  /** Where throttles and tokens are; without it, what the YAML says (`store: memory`). */
  redisUrl?: string;
  /** A clock of the test's own; Redis counts by it too. */
  clock?: Clock;
  env?: Record<string, string>;
}

export interface Gateway {
  url: string;
  port: number;
  adminUrl: string;
  /** The lines of its log, parsed. */
  log: Record<string, unknown>[];
  /** The access lines among them, once `count` are there. */
  lines(count: number): Promise<Record<string, unknown>[]>;
  running: Running;
  close(): Promise<void>;
}

/** A clock that stands still until the test moves it. */
export class OwnClock implements Clock {
  private time: number;

  constructor(time = Date.UTC(2026, 0, 1)) {
    this.time = time;
  }

  now(): number {
    return this.time;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** Serves a YAML text in this process, on free ports, as `postern serve` would. */
export async function startGateway(yaml: string, options: GatewayOptions = {}): Promise<Gateway> {
  const env = {
    POSTERN_LISTEN: '127.0.0.1:0',
    POSTERN_ADMIN: '127.0.0.1:0',
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    ...options.env,
  };
  const loaded = loadText(yaml, 'routes.yaml', env);
  overTransport(loaded.file.upstreams);
  const log: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const logger = createLogger(loaded.settings, {
    write(line) {
      log.push(JSON.parse(line) as Record<string, unknown>);
      for (const check of waiting) check();
    },
  });
  const { clock } = options;
  const running = await start(loaded, { clock: clock ?? systemClock, logger, ownClock: clock !== undefined });
  const access = () => log.filter(({ msg }) => msg === 'request');
  return {
    url: running.url,
    port: Number(new URL(running.url).port),
    adminUrl: running.adminUrl,
    log,
    lines: (count) =>
      new Promise((resolve) => {
        const check = () => {
          const found = access();
          if (found.length < count) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
    running,
    close: () => running.close(),
  };
}
