import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { processTree, statOf } from '../measure/accounting.ts';

/** How long a process may take to end after SIGTERM. */
const GRACE_MS = 3_000;
const POLL_MS = 10;

export interface Command {
  name: string;
  /** The cores that it may run on, as `taskset -c` takes them. */
  cores: string;
  command: string;
  args: readonly string[];
  /** Its standard error, and for `keep` its standard output, go to this file. */
  errors: string;
  /** `null`: standard output goes to /dev/null, where the access logs of all contestants go. */
  output: 'null' | 'pipe';
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** A process that the bench started, pinned to its cores. */
export class Child {
  readonly name: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Resolves when it has ended, to its exit code or signal. */
  readonly ended: Promise<number | string>;
  private readonly errors: string;

  constructor({ name, cores, command, args, errors, output, env, cwd }: Command) {
    const log = openSync(errors, 'a');
    const sink = output === 'null' ? openSync('/dev/null', 'w') : undefined;
    this.name = name;
    this.errors = errors;
    // taskset becomes the command itself: the process id is the command's.
    this.process = spawn('taskset', ['-c', cores, command, ...args], {
      stdio: ['ignore', sink ?? 'pipe', log],
      env,
      cwd,
    });
    closeSync(log);
    if (sink !== undefined) closeSync(sink);
    this.ended = new Promise((resolve) => {
      this.process.once('error', (error) => resolve(error.message));
      this.process.once('close', (code, signal) => resolve(signal ?? code ?? 'unknown'));
    });
    this.pid = this.process.pid ?? 0;
  }

  get running(): boolean {
    return this.pid !== 0 && this.process.exitCode === null && this.process.signalCode === null;
  }

  /** The last line of its standard error. */
  complaint(): string {
    return readFileSync(this.errors, 'utf8').trim().split('\n').at(-1) ?? '';
  }

  /** Ends it and all that it started, by process id: first with SIGTERM, after a while with SIGKILL. */
  async stop(): Promise<void> {
    if (!this.running) return;
    const tree = processTree(this.pid).map((pid) => ({ pid, startedAt: statOf(pid)?.startedAt }));
    const left = () =>
      tree.filter(({ pid, startedAt }) => startedAt !== undefined && statOf(pid)?.startedAt === startedAt);
    this.process.kill('SIGTERM');
    for (let waited = 0; left().length > 0 && waited < GRACE_MS; waited += POLL_MS) await wait(POLL_MS);
    for (const { pid } of left()) kill(pid);
    while (left().length > 0) await wait(POLL_MS);
    await this.ended;
  }
}

/** Kills a process and all that it started, at once. */
export function killTree(pid: number): void {
  for (const one of processTree(pid)) kill(one);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
