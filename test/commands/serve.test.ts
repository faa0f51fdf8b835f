import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runCommand, startCommand } from '../support/command.ts';
import { freePort, startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const EXAMPLE = fileURLToPath(new URL('../../../config/routes.yaml', import.meta.url));
const FREE = { POSTERN_LISTEN: '127.0.0.1:0', POSTERN_ADMIN: '127.0.0.1:0' };
const SERVES = /^Postern serves (\S+) on (\S+) \(health on (\S+)\)\n/m;

const directory = mkdtempSync(join(tmpdir(), 'postern-'));
t.teardown(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

const SOUND = file(
  'sound.yaml',
  'upstreams: { echo: { type: echo } }\nroutes: [{ path: /a, permit: anyone, forward: echo }]\n',
);

async function status(url: string): Promise<{ code: number; body: unknown }> {
  const response = await fetch(url);
  return { code: response.status, body: await response.json() };
}

t.test('without a name, the file is looked for in its usual places', async (t) => {
  mkdirSync(join(directory, 'config'));
  copyFileSync(SOUND, join(directory, 'config/routes.yaml'));
  const serving = startCommand(['serve'], { cwd: directory, env: FREE });
  const [, name, url = '', admin = ''] = await serving.says(SERVES);
  t.equal(name, 'config/routes.yaml');
  t.equal((await fetch(`${url}/a`)).status, 200);
  t.same(await status(`${admin}/readyz`), { code: 200, body: { status: 'ready' } });
  serving.process.kill('SIGINT');
  t.match(await serving.ended, { code: 0, stderr: /\nSIGINT: ending\n$/ });
});

t.test('without any file it says what is missing and ends', async (t) => {
  if (existsSync('/etc/postern/routes.yaml')) {
    t.pass('this machine has one');
    return;
  }
  const empty = mkdtempSync(join(tmpdir(), 'postern-'));
  t.teardown(() => rmSync(empty, { recursive: true }));
  t.same(await runCommand(['serve'], { cwd: empty, env: FREE }), {
    code: 1,
    stdout: '',
    stderr: 'cannot read the configuration config/routes.yaml: there is no such file\n',
  });
});

t.test('a broken file is not served', async (t) => {
  const broken = file(
    'broken.yaml',
    'upstreams: {}\nroutes: [{ path: /a, permit: anyone, forward: shop }]\n',
  );
  const { code, stdout, stderr } = await runCommand(['serve', '-c', broken], { env: FREE });
  t.same([code, stdout], [1, '']);
  t.match(stderr, /broken\.yaml:2:47: there is no upstream "shop"\n/);
});

for (const name of ['LISTEN', 'ADMIN']) {
  t.test(`a port in use for ${name} is one clear line`, async (t) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const { port } = server.address() as AddressInfo;
    const env = { ...FREE, [`POSTERN_${name}`]: `127.0.0.1:${port}` };
    t.same(await runCommand(['serve', '-c', SOUND], { env }), {
      code: 1,
      stdout: '',
      stderr: `cannot listen on 127.0.0.1:${port} (${name.toLowerCase()}): the port is in use. Set POSTERN_${name} or "${name.toLowerCase()}:" to another.\n`,
    });
  });
}

t.test('an unreachable Redis is no reason to end: not ready until it is there', async (t) => {
  const port = await freePort();
  const routes = file(
    'redis.yaml',
    `upstreams: { echo: { type: echo } }
authenticators: { token: { type: redis-token } }
routes: [{ path: /a, authenticate: [token], forward: echo }]
`,
  );
  const serving = startCommand(['serve', '-c', routes], {
    env: { ...FREE, REDIS_URL: `redis://127.0.0.1:${port}` },
  });
  t.teardown(() => serving.process.kill('SIGKILL'));
  const [, , url = '', admin = ''] = await serving.says(SERVES);
  t.equal((await status(`${admin}/healthz`)).code, 200, 'alive');
  t.same(await status(`${admin}/readyz`), {
    code: 503,
    body: { status: 'not ready', reason: 'redis is unreachable' },
  });
  const headers = { authorization: 'Token 0123456789abcdef' };
  const refused = await fetch(`${url}/a`, { headers });
  t.same([refused.status, refused.headers.get('retry-after')], [503, '1'], 'never 401');

  const redis = await startRedis({ port });
  t.teardown(() => redis.stop());
  await until(async () => (await status(`${admin}/readyz`)).code === 200);
  t.equal((await fetch(`${url}/a`, { headers })).status, 401, 'now it knows that there is no such token');
  serving.process.kill('SIGINT');
  t.equal((await serving.ended).code, 0);
});

t.test('it says what it serves, where state is, and what to try', async (t) => {
  const serving = startCommand(['serve', '-c', EXAMPLE], { env: FREE });
  t.teardown(() => serving.process.kill('SIGKILL'));
  const [, , url = ''] = await serving.says(SERVES);
  const [banner] = await serving.says(/Postern serves[\s\S]*Try:\n(?: {2}curl .*\n){3}/);
  t.match(banner, '\n  any        /books/**  ->  echo\n');
  t.match(banner, '\nState is kept in memory only: one process, and nothing is kept over a restart.\n');

  const lines = banner.split('\n').filter((line) => line.startsWith('  curl '));
  const statuses = [];
  for (const line of lines) statuses.push(await answerTo(line));
  t.same(
    statuses.map(({ code }) => code),
    [200, 401, 403],
    lines.join('\n'),
  );
  t.match(statuses[0]?.body, '"x-user": "1"');
  t.ok(
    lines.every((line) => line.includes(url)),
    'they name the address that it serves on',
  );
});

/** Runs a line as pasted into a shell where there is curl, and as what it says where there is none. */
async function answerTo(line: string): Promise<{ code: number; body: string }> {
  const shell = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [exit] = (await once(shell, 'close')) as [number];
  if (exit !== 127) return { code: Number(/^HTTP\/1\.1 (\d+)/.exec(output)?.[1]), body: output };
  const [, authorization] = /-H "Authorization: ([^"]+)"/.exec(line) ?? [];
  const [url = ''] = /http:\S+/.exec(line) ?? [];
  const response = await fetch(url, { headers: authorization === undefined ? {} : { authorization } });
  return { code: response.status, body: await response.text() };
}
