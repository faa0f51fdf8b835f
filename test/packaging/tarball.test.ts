import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'postern-tarball-'));
t.teardown(() => rmSync(directory, { recursive: true, force: true }));

function npm(cwd: string, ...args: string[]): { stdout: string; stderr: string } {
  const ran = spawnSync('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (ran.status !== 0) throw new Error(`npm ${args[0]}: ${ran.stderr}`);
  return ran;
}

/** A copy of what `npm pack` reads: packing makes `dist` anew, and others may be using the checkout's. */
function checkout(): string {
  const copy = join(directory, 'checkout');
  mkdirSync(copy);
  for (const name of readdirSync(ROOT)) {
    if (['node_modules', 'dist', 'build', 'test', '.git'].includes(name)) continue;
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

t.test('packed and installed elsewhere, it serves', async (t) => {
  const packed = JSON.parse(npm(checkout(), 'pack', '--json', '--pack-destination', directory).stdout) as {
    filename: string;
    files: { path: string }[];
  }[];
  const [{ filename = '', files = [] } = {}] = packed;
  const names = files.map(({ path }) => path);
  for (const wanted of [
    'dist/main.js',
    'config/routes.yaml',
    'schema/routes.schema.json',
    'README.md',
    'LICENSE',
    'NOTICE',
  ])
    t.ok(names.includes(wanted), wanted);
  t.same(
    names.filter((name) => /(^|\/)(src|test|node_modules|build)\/|\.ts$|tsbuildinfo/.test(name)),
    [],
    'nothing that is not needed',
  );

  const elsewhere = join(directory, 'elsewhere');
  mkdirSync(elsewhere);
  const { stderr } = npm(elsewhere, 'install', '--omit=dev', join(directory, filename));
  t.notMatch(stderr, 'EBADENGINE', 'every dependency runs on this Node.js');
  const serving = spawn('npx', ['postern', 'serve', '-c', 'node_modules/postern/config/routes.yaml'], {
    cwd: elsewhere,
    env: { ...process.env, POSTERN_LISTEN: '127.0.0.1:0', POSTERN_ADMIN: '127.0.0.1:0' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let told = '';
  const url = await new Promise<string>((resolve, reject) => {
    serving.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      const [, url] = /serves \S+ on (\S+) /.exec(told) ?? [];
      if (url) resolve(url);
    });
    serving.once('exit', () => reject(new Error(told)));
  });
  const answer = await fetch(`${url}/books/1`, { headers: { authorization: 'Token ada-token' } });
  t.equal(answer.status, 200);
  t.match(await answer.json(), { path: '/books/1', headers: { 'x-user': '1' } });
  t.equal((await fetch(`${url}/books/1`)).status, 401);
  // npx runs it in a shell of its own: the whole group is told.
  process.kill(-(serving.pid ?? 0), 'SIGINT');
  await once(serving, 'close');
});
