import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { onPath } from './stage/on-path.ts';
import { ROOT } from './stage/stage.ts';

/** Commands that the bench cannot do without, and the Debian package of each. */
const NEEDED = {
  taskset: 'util-linux',
  wrk: 'wrk',
  nginx: 'nginx',
  'redis-server': 'redis-server',
} as const;

/** Gateways that the bench sees and has no configuration for. */
const OTHERS = ['oathkeeper', 'oauth2-proxy', 'traefik', 'heimdall', 'krakend', 'envoy'];

const VERSIONS: readonly (readonly [command: string, ...args: string[]])[] = [
  ['nginx', '-v'],
  ['haproxy', '-v'],
  ['caddy', 'version'],
  ['redis-server', '--version'],
  ['wrk', '-v'],
];

/** A sentence for each command that is missing. */
export function missing(): string[] {
  return Object.entries(NEEDED)
    .filter(([command]) => !onPath(command))
    .map(([command, name]) => `no ${command} on the PATH: install the Debian package ${name}`);
}

export function notConfigured(): string[] {
  return OTHERS.filter(onPath);
}

export interface Machine {
  postern: string;
  node: string;
  versions: Record<string, string>;
  cpu: string;
  cores: number;
  memoryGigabytes: number;
  kernel: string;
  /** Of the last minute, when the bench began. */
  load: number;
}

export function describeMachine(): Machine {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const commit = firstLine('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD']);
  const found = VERSIONS.filter(([command]) => onPath(command));
  return {
    postern: commit ? `${version} (${commit})` : version,
    node: process.version,
    versions: Object.fromEntries(found.map(([command, ...args]) => [command, firstLine(command, args)])),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

/** Some write their version to standard error, and end with 1. */
function firstLine(command: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return (`${stdout}${stderr}`.trim().split('\n')[0] ?? '').trim();
}
