import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { MAIN } from './gateway-process.ts';

export interface CommandOptions {
  cwd?: string;
  /** All of its environment but PATH. */
  env?: Record<string, string>;
}

export interface Ended {
  /** The exit code, or the signal's name. */
  code: number | string;
  stdout: string;
  stderr: string;
}

export interface CommandProcess {
  process: ChildProcess;
  /** Resolves to the match once standard error has one; rejects when the command ends without. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  ended: Promise<Ended>;
}

/** `postern` with these arguments, as a process of its own. */
export function startCommand(args: readonly string[], { cwd, env }: CommandOptions = {}): CommandProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    child.emit('said');
  });
  const ended = once(child, 'close').then(
    ([code, signal]): Ended => ({ code: code ?? signal, stdout, stderr }),
  );
  return {
    process: child,
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(stderr);
          if (found) resolve(found);
        };
        child.on('said', look);
        void ended.then(() => reject(new Error(`ended without ${pattern}: ${stderr}`)));
        look();
      }),
  };
}

export function runCommand(args: readonly string[], options?: CommandOptions): Promise<Ended> {
  return startCommand(args, options).ended;
}
