import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { environmentOf, readDockerfile, type Stage, said } from '../support/dockerfile.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const stages = readDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const final = stages.at(-1) as Stage;

const directory = mkdtempSync(join(tmpdir(), 'postern-image-'));
chmodSync(directory, 0o755);
t.teardown(() => rmSync(directory, { recursive: true, force: true }));

/** What `docker build` may send along: all that .dockerignore does not leave out. */
const sent = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

/** The folder in which a stage stands, in place of its root. */
const rootOf = (name: string): string => join(directory, name);

/** Does what the stages' instructions say, in folders instead of images. */
function build(): void {
  for (const stage of stages) {
    let workdir = rootOf(stage.name);
    for (const { word, rest } of stage.instructions) {
      if (word === 'WORKDIR') {
        workdir = join(rootOf(stage.name), rest);
        mkdirSync(workdir, { recursive: true });
      } else if (word === 'COPY') copy(rest, workdir);
      else if (word === 'RUN') run(rest, workdir);
    }
  }
}

function copy(rest: string, workdir: string): void {
  const [, from, paths = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(rest) ?? [];
  const sources = paths.split(/ +/);
  const target = sources.pop() ?? '';
  for (const source of sources) {
    if (from === undefined && !sent.includes(source)) throw new Error(`.dockerignore leaves ${source} out`);
    const to = target.endsWith('/') ? join(workdir, target, source) : join(workdir, target);
    if (from === undefined) cpSync(join(ROOT, source), to, { recursive: true });
    else execFileSync('cp', ['-al', join(rootOf(from), source), to]);
  }
}

function run(command: string, cwd: string): void {
  // The checkout's own are the same: `npm ci` has made them of the same lock.
  if (command === 'npm ci') symlinkSync(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
  else
    execFileSync('sh', ['-c', command], {
      cwd,
      stdio: 'pipe',
      env: { ...process.env, npm_config_prefer_offline: 'true' },
    });
}

/** A stranger to all files; root would be able to write in spite of every permission. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

function start(args: string[], env: Record<string, string>): ChildProcess {
  const [command = '', ...first] = (JSON.parse(said(final, 'ENTRYPOINT')[0] ?? '[]') as string[]).map(
    (word) => (word.startsWith('/app') ? join(rootOf(final.name), word) : word),
  );
  return spawn(command === 'node' ? process.execPath : command, [...first, ...args], {
    cwd: join(rootOf(final.name), 'app'),
    env: { PATH: process.env.PATH, ...environmentOf(final), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...nobody,
  });
}

function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

t.test('the image starts small, safe and with signals', async (t) => {
  t.ok(stages.length > 1, 'what only building needs is left behind');
  t.match(said(final, 'USER'), [/^[1-9]\d*:[1-9]\d*$/], 'not root, and by number');
  t.same(said(final, 'STOPSIGNAL'), ['SIGTERM']);
  t.same(
    JSON.parse(said(final, 'ENTRYPOINT')[0] ?? ''),
    ['node', '/app/dist/main.js'],
    'no shell in between',
  );
  t.same(JSON.parse(said(final, 'CMD')[0] ?? ''), ['serve']);
  t.match(said(final, 'HEALTHCHECK'), [/ CMD \["node", "\/app\/dist\/main\.js", "health"\]$/]);
  t.match(environmentOf(final), {
    NODE_ENV: 'production',
    POSTERN_LISTEN: '0.0.0.0:8080',
    POSTERN_ADMIN: '0.0.0.0:8081',
  });
});

t.test('its steps, walked by hand, make something that serves', async (t) => {
  build();
  const app = join(rootOf(final.name), 'app');
  t.notOk(existsSync(join(app, 'node_modules/typescript')), 'no dev dependencies');
  t.ok(existsSync(join(app, 'node_modules/fastify')));
  t.same(readdirSync(app).sort(), ['LICENSE', 'NOTICE', 'dist', 'node_modules', 'package.json']);

  const routes = join(directory, 'routes.yaml');
  writeFileSync(
    routes,
    'drain: { delay: 0s }\nupstreams: { echo: { type: echo } }\nroutes: [{ path: /a, permit: anyone, forward: echo }]\n',
  );
  execFileSync('chmod', ['-R', 'a-w,a+rX', directory]);
  const before = listing(directory);
  const serving = start([...(JSON.parse(said(final, 'CMD')[0] ?? '[]') as string[]), '-c', routes], {
    POSTERN_LISTEN: '127.0.0.1:0',
    POSTERN_ADMIN: '127.0.0.1:0',
  });
  let told = '';
  const url = await new Promise<RegExpExecArray>((resolve, reject) => {
    serving.stderr?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      const found = /serves \S+ on (\S+) \(health on http:\/\/(\S+)\)/.exec(told);
      if (found) resolve(found);
    });
    serving.once('exit', () => reject(new Error(told)));
  });
  t.equal((await fetch(`${url[1]}/a`)).status, 200);

  const health = start(['health'], { POSTERN_ADMIN: url[2] ?? '' });
  t.same(await once(health, 'exit'), [0, null], 'the HEALTHCHECK says yes');

  serving.kill((said(final, 'STOPSIGNAL')[0] ?? 'SIGKILL') as NodeJS.Signals);
  t.same(await once(serving, 'exit'), [0, null], 'it hears its signal');
  t.same(listing(directory), before, 'and has written nothing');
  const late = start(['health'], { POSTERN_ADMIN: url[2] ?? '' });
  t.same(await once(late, 'exit'), [1, null], 'the HEALTHCHECK says no');
});
