import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { runCommand } from '../support/command.ts';
import { freePort } from '../support/redis.ts';

const PACKAGE = new URL('../../../package.json', import.meta.url);

t.test('help lists every command, whichever way it is asked for', async (t) => {
  const { code, stdout, stderr } = await runCommand(['help']);
  t.same([code, stderr], [0, '']);
  t.match(stdout, /^usage: postern COMMAND \[options\]\n/);
  for (const command of ['serve', 'check', 'health', 'version']) t.match(stdout, `\n  ${command} `);
  for (const args of [[], ['--help'], ['-h']]) t.same((await runCommand(args)).stdout, stdout, args.join());
});

t.test('help on one command', async (t) => {
  const { code, stdout } = await runCommand(['serve', '--help']);
  t.equal(code, 0);
  t.match(stdout, /^postern serve \[--config FILE\]\n/);
  t.match(stdout, 'config/routes.yaml, then /etc/postern/routes.yaml');
  t.equal((await runCommand(['help', 'serve'])).stdout, stdout);
});

t.test('an unknown command is a misuse', async (t) => {
  const near = await runCommand(['serv']);
  t.same([near.code, near.stdout], [2, '']);
  t.match(near.stderr, /^postern: there is no command "serv"; did you mean "serve"\?\n\nusage: postern /);
  t.match((await runCommand(['launch'])).stderr, /^postern: there is no command "launch"\n/);
});

t.test('version prints the number in package.json', async (t) => {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  for (const word of ['version', '--version'])
    t.same(await runCommand([word]), { code: 0, stdout: `${version}\n`, stderr: '' });
});

t.test('health asks the admin listener and answers by its exit code', async (t) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.statusCode = request.url === '/healthz' ? 200 : 503;
    response.end(`${request.url}\n`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const host of ['127.0.0.1', '0.0.0.0', '']) {
    const env = { POSTERN_ADMIN: `${host}:${port}` };
    t.same(await runCommand(['health'], { env }), { code: 0, stdout: '/healthz\n', stderr: '' }, host);
  }
  const env = { POSTERN_ADMIN: `127.0.0.1:${port}` };
  t.same(await runCommand(['health', '--ready'], { env }), { code: 1, stdout: '/readyz\n', stderr: '' });
  t.same(asked, ['/healthz', '/healthz', '/healthz', '/readyz']);
});

t.test('health without an answer says so', async (t) => {
  const port = await freePort();
  t.same(await runCommand(['health'], { env: { POSTERN_ADMIN: `127.0.0.1:${port}` } }), {
    code: 1,
    stdout: '',
    stderr: `no answer from http://127.0.0.1:${port}/healthz\n`,
  });
  t.match(await runCommand(['health'], { env: { POSTERN_ADMIN: 'nowhere' } }), {
    code: 2,
    stderr: /^postern health: POSTERN_ADMIN is not host:port\n/,
  });
  t.match(await runCommand(['health', '--redy']), { code: 2, stderr: /^postern health: / });
});
