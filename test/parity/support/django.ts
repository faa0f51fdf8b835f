import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const DEBIAN_PYTHON = '/usr/bin/python3';
const START_MS = 30_000;
const STOP_MS = 5_000;
const READY = /^parity-django ready (http:\/\/127\.0\.0\.1:(\d+))$/m;

/** The header by which a request sets the clock of Django's throttles: seconds after CLOCK_BASE. */
export const CLOCK_HEADER = 'X-Parity-Clock';
/** Unix time in seconds that `at: 0` of a recording stands for. */
export const CLOCK_BASE = 1_700_000_000;

/** Where the Django project lies: beside this file's source, wherever this was compiled to. */
export const djangoFolder = join(projectRoot(), 'test/parity/django');
export const recordingsFolder = join(projectRoot(), 'test/parity/recordings');

export interface Django {
  /** `http://127.0.0.1:PORT`, without a final slash. */
  readonly url: string;
  readonly port: number;
  /** Ends the process; resolves when it is gone. May be called twice. */
  stop(): Promise<void>;
}

export interface DjangoOptions {
  /** The Redis database it keeps sessions, tokens and throttles in; shared with the gateway under test. */
  readonly redisUrl: string;
  /** The `PARITY_…` switches of `test/parity/django/README.md`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The interpreter, by default Debian's. */
  readonly python?: string;
}

/** Why the Django side cannot run on this machine, in a sentence for the skip; undefined if it can. */
export function djangoAvailable(): string | undefined {
  availability ??= { reason: missingFor(DEBIAN_PYTHON) };
  return availability.reason;
}

let availability: { reason: string | undefined } | undefined;

/**
 * The python of a virtual environment that holds newer Django packages, named by whoever runs the tests: Debian's are of
 * one age, and the newest cannot be fetched on every machine. `why` is the sentence for the skip.
 */
export function newestDjango(): { python: string; why?: undefined } | { python?: undefined; why: string } {
  const python = process.env.PARITY_NEWEST_PYTHON;
  if (!python)
    return { why: 'the newest Django is not here; PARITY_NEWEST_PYTHON names a python that has it' };
  const why = missingFor(python);
  return why === undefined ? { python } : { why };
}

function missingFor(python: string): string | undefined {
  if (!existsSync(python)) return `there is no ${python}`;
  const modules = 'django, django_redis, gunicorn, redis, rest_framework, rest_framework_simplejwt';
  const { status } = spawnSync(python, ['-c', `import ${modules}`], { stdio: 'ignore' });
  return status === 0
    ? undefined
    : `${python} lacks Django packages; test/parity/django/install.sh installs Debian's`;
}

/** Starts the Django project on a free port of the loopback and waits until it answers. */
export async function startDjango({
  redisUrl,
  env = {},
  python = DEBIAN_PYTHON,
}: DjangoOptions): Promise<Django> {
  const child = spawn(python, [join(djangoFolder, 'serve.py')], {
    env: { PATH: process.env.PATH ?? '', ...env, REDIS_URL: redisUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { url, port } = await ready(child);
  return { url, port, stop: () => stop(child) };
}

function ready(child: ChildProcess): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    let said = '';
    const refuse = (why: string) => {
      clearTimeout(late);
      child.kill('SIGKILL');
      reject(new Error(`Django did not start: ${why}\n${said}`));
    };
    const late = setTimeout(() => refuse(`not ready after ${START_MS} ms`), START_MS);
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      const found = READY.exec(said);
      if (!found?.[1]) return;
      clearTimeout(late);
      resolve({ url: found[1], port: Number(found[2]) });
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', (error) => refuse(error.message));
    child.once('exit', (code, signal) => refuse(`it ended with ${code ?? signal}`));
  });
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.once('exit', () => {
      clearTimeout(late);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('no package.json above the parity tests');
    folder = above;
  }
  return folder;
}
