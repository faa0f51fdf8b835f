import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import t, { type Test } from 'tap';
import { memoryOf } from '../listen/gauge.ts';
import { MAIN } from '../support/gateway-process.ts';
import { freePort } from '../support/redis.ts';
import { until } from '../support/until.ts';

const MB = 1_048_576;

interface Started {
  url: string;
  adminUrl: string;
  process: ChildProcess;
  exited: Promise<number | string>;
  /** How many of so many requests are answered with 200. */
  served(count: number): Promise<number>;
}

/** As `postern serve`, with standard output and standard error as given. */
async function start(t: Test, stdout: 'pipe' | number, stderr: 'pipe' | number): Promise<Started> {
  const directory = mkdtempSync(join(tmpdir(), 'postern-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'routes.yaml');
  writeFileSync(
    file,
    'guard: off\ndrain: { delay: 0s }\nupstreams: { app: { type: echo } }\nroutes: [{ path: /**, permit: anyone, forward: app }]\n',
  );
  const [port, admin] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [MAIN, 'serve', '--config', file], {
    env: { PATH: process.env.PATH, POSTERN_LISTEN: `127.0.0.1:${port}`, POSTERN_ADMIN: `127.0.0.1:${admin}` },
    stdio: ['ignore', stdout, stderr],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  const adminUrl = `http://127.0.0.1:${admin}`;
  await until(async () => (await fetch(`${adminUrl}/startupz`)).ok, { within: 30_000 });
  return {
    url,
    adminUrl,
    process: child,
    exited: once(child, 'exit').then(([code, signal]) => code ?? signal),
    async served(count) {
      let good = 0;
      for (let at = 0; at < count; at += 20) {
        const some = Array.from({ length: Math.min(20, count - at) }, () =>
          fetch(`${url}/${'x'.repeat(200)}`),
        );
        good += (await Promise.all(some)).filter(({ status }) => status === 200).length;
      }
      return good;
    },
  };
}

const full = () => openSync('/dev/full', 'w');

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`standard output and error on a full disk: it serves, and ends by ${signal}`, async (t) => {
    const gateway = await start(t, full(), full());
    t.equal(await gateway.served(100), 100);
    // Lines fail anew after a while, too.
    await until(async () => (await gateway.served(20)) === 20);
    t.ok((await fetch(`${gateway.adminUrl}/healthz`)).ok);
    gateway.process.kill(signal);
    t.equal(await gateway.exited, 0);
  });

  t.test(`a reader that stands still: it serves in bounded memory, and ends by ${signal}`, async (t) => {
    const gateway = await start(t, 'pipe', 'pipe');
    const pid = gateway.process.pid ?? 0;
    t.equal(await gateway.served(200), 200);
    const before = memoryOf(pid);
    // Some 3 MB of lines, of which a pipe and the buffers hold less.
    const many = signal === 'SIGTERM' ? 5_000 : 500;
    t.equal(await gateway.served(many), many);
    const rise = memoryOf(pid) - before;
    t.comment(`${Math.round(rise / MB)} MB more`);
    t.ok(rise < 50 * MB);
    gateway.process.kill(signal);
    t.equal(await gateway.exited, 0);
  });
}

t.test('lines that were lost are counted, and told when the reader reads again', async (t) => {
  const gateway = await start(t, 'pipe', 'pipe');
  const stdout = gateway.process.stdout as Readable;
  const many = 5_000;
  t.equal(await gateway.served(many), many);
  let text = '';
  stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const parsed = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const told = await until(() => parsed().find(({ msg }) => msg === 'log lines were dropped'));
  t.equal(told.level, 'warn');
  t.ok(Number(told.dropped) > 0);
  t.equal(await gateway.served(1), 1);
  await until(() => parsed().at(-1)?.msg === 'request');
  const requests = parsed().filter(({ msg }) => msg === 'request').length;
  t.equal(requests + Number(told.dropped), many + 1, 'no line is lost without being counted');
  gateway.process.kill('SIGTERM');
  t.equal(await gateway.exited, 0);
  t.match(parsed().at(-1), { msg: 'stop', code: 0 }, 'the last line is written');
});

t.test('readers of both streams that are gone are no reason to end', async (t) => {
  const gateway = await start(t, 'pipe', 'pipe');
  gateway.process.stdout?.destroy();
  gateway.process.stderr?.destroy();
  t.equal(await gateway.served(100), 100);
  t.ok((await fetch(`${gateway.adminUrl}/healthz`)).ok);
  gateway.process.kill('SIGTERM');
  t.equal(await gateway.exited, 0);
});
