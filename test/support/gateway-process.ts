import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { textOverTransport } from './transport.ts';

/** The compiled command line, beside this compiled file. */
export const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface GatewayProcess {
  url: string;
  adminUrl: string;
  port: number;
  process: ChildProcess;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves to the exit code, or the signal's name. */
  exited: Promise<number | string>;
  stop(signal?: NodeJS.Signals): Promise<number | string>;
}

/** `postern serve` of a YAML text as a real process on free ports; resolves when it says where it serves. */
export async function startGatewayProcess(
  yaml: string,
  env: Record<string, string> = {},
): Promise<GatewayProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-'));
  const file = join(directory, 'routes.yaml');
  writeFileSync(file, textOverTransport(yaml));
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', file], {
    env: { PATH: process.env.PATH, POSTERN_LISTEN: '127.0.0.1:0', POSTERN_ADMIN: '127.0.0.1:0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const exited = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => {
      rmSync(directory, { recursive: true, force: true });
      resolve(code ?? signal ?? 'unknown');
    });
  });
  const urls = await new Promise<[string, string]>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const [, url, adminUrl] = /serves \S+ on (\S+) \(health on (\S+)\)/.exec(stderr) ?? [];
      if (url && adminUrl) resolve([url, adminUrl]);
    });
    void exited.then((code) => reject(new Error(`postern serve ended with ${code}: ${stderr}`)));
  });
  return {
    url: urls[0],
    adminUrl: urls[1],
    port: Number(new URL(urls[0]).port),
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    exited,
    stop(signal = 'SIGINT') {
      child.kill(signal);
      return exited;
    },
  };
}
