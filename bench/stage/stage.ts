import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Child, killTree } from './child.ts';
import type { Cores } from './cores.ts';

/** The checkout; this file runs compiled, in `build/bench/stage`. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const POLL_MS = 5;
const READY_WITHIN_MS = 20_000;
/** More than any command of the bench needs; one that hangs must not hang the bench. */
const RUN_WITHIN_MS = 180_000;

export interface StartOptions {
  cores?: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** What one run of the bench owns: a folder for its files, and every process that it started. */
export class Stage {
  readonly cores: Cores;
  readonly folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  private readonly children = new Set<Child>();
  private ending: Promise<void> | undefined;
  private count = 0;

  constructor(cores: Cores) {
    this.cores = cores;
    // Should the bench itself fail, nothing of it is left all the same.
    process.once('exit', () => this.abandon());
    // Servers that root starts give up their rights, and read their files as somebody else.
    chmodSync(this.folder, 0o755);
  }

  /** True from the moment on when its end has begun. */
  get ended(): boolean {
    return this.ending !== undefined;
  }

  /** Writes a file of its own, and returns the path. */
  write(name: string, text: string | Buffer): string {
    const path = join(this.folder, `${++this.count}-${name}`);
    writeFileSync(path, text);
    return path;
  }

  /** Starts a server, and waits until it listens. */
  async serve(
    port: number,
    command: string,
    args: readonly string[],
    options: StartOptions = {},
  ): Promise<Child> {
    const child = this.start(command, args, 'null', options);
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await listens(port))) {
      if (child.running && Date.now() < deadline) await wait(POLL_MS);
      else {
        await child.stop();
        throw new Error(`${command} does not listen on ${port}: ${child.complaint() || (await child.ended)}`);
      }
    }
    return child;
  }

  /** Runs a command to its end beside the servers, and returns what it wrote. */
  async run(command: string, args: readonly string[], options: StartOptions = {}): Promise<string> {
    const child = this.start(command, args, 'pipe', options);
    let output = '';
    child.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const timer = setTimeout(() => void child.stop(), RUN_WITHIN_MS);
    const code = await child.ended;
    clearTimeout(timer);
    this.children.delete(child);
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${child.complaint()}`);
    return output;
  }

  async stop(child: Child): Promise<void> {
    await child.stop();
    this.children.delete(child);
  }

  /** Ends what `act` has started and not stopped, however it ends. */
  async during<T>(act: () => Promise<T>): Promise<T> {
    const before = new Set(this.children);
    try {
      return await act();
    } finally {
      const left = [...this.children].filter((child) => !before.has(child));
      await Promise.all(left.map((child) => this.stop(child)));
    }
  }

  /** Ends all that was started, and removes the folder. */
  end(): Promise<void> {
    this.ending ??= this.stopAll();
    return this.ending;
  }

  private async stopAll(): Promise<void> {
    await Promise.all([...this.children].map((child) => this.stop(child)));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private abandon(): void {
    for (const child of this.children) if (child.running) killTree(child.pid);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private start(
    command: string,
    args: readonly string[],
    output: 'null' | 'pipe',
    { cores = this.cores.rest, cwd = this.folder, env = {} }: StartOptions,
  ): Child {
    if (this.ended) throw new Error('the bench is ending');
    const child = new Child({
      name: command,
      cores,
      command,
      args,
      output,
      errors: this.write('errors', ''),
      cwd,
      // Nothing of the caller's environment reaches a contestant: a stray setting would measure something else.
      env: { PATH: process.env.PATH, HOME: this.folder, NODE_ENV: 'production', ...env },
    });
    this.children.add(child);
    return child;
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
