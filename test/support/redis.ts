import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RedisOptions {
  /** A fixed port, to come back where another one was; by default a free one. */
  port?: number;
  /** More of redis-server's own arguments, such as `['--maxmemory', '2mb']` or `['--replicaof', '127.0.0.1', '7001']`. */
  args?: readonly string[];
}

export interface RedisServer {
  url: string;
  port: number;
  pid: number;
  process: ChildProcess;
  /** Ends it in good order; nothing is saved. Harmless when it has ended already. */
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL). */
  kill(): Promise<void>;
  /** Freezes it: connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
}

const running = new Map<ChildProcess, string>();
process.on('exit', () => {
  for (const [child, dir] of running) {
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
});

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A real redis-server on loopback, empty, ready to accept connections. It ends with this process at the latest. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const started = await launch(port, options.args ?? []);
    if (typeof started !== 'string') return started;
    const clash = started.includes('Address already in use');
    if (!clash || options.port !== undefined || attempt === 10) throw new Error(`redis-server:\n${started}`);
  }
}

/** The server, or what it printed before it gave up. */
async function launch(port: number, extra: readonly string[]): Promise<RedisServer | string> {
  const dir = mkdtempSync(join(tmpdir(), 'postern-redis-'));
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir];
  const child = spawn('redis-server', [...where, '--save', '', '--appendonly', 'no', ...extra], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.set(child, dir);
  const closed = new Promise<void>((resolve) => {
    // 'close' and not 'exit': the last words have been read by then; it also follows a failed spawn.
    child.once('close', () => {
      running.delete(child);
      rmSync(dir, { recursive: true, force: true });
      resolve();
    });
  });

  const printed = await new Promise<string | undefined>((resolve) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk;
      if (text.includes('Ready to accept connections')) resolve(undefined);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', (error) => {
      text += error.message;
    });
    void closed.then(() => resolve(text));
  });
  if (printed !== undefined || child.pid === undefined) return printed ?? 'not started';

  const handles = [child, child.stdout, child.stderr] as { ref?(): void; unref?(): void }[];
  // A test that forgets to stop it must still be able to end.
  for (const handle of handles) handle.unref?.();

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    // One that waits for its end waits for its last words too.
    for (const handle of handles) handle.ref?.();
    child.kill(signal);
    // A stopped process takes no signal but SIGKILL until it continues.
    child.kill('SIGCONT');
    await closed;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    process: child,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}
