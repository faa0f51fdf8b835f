import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runCommand } from '../support/command.ts';

const START = fileURLToPath(new URL('../../../config/routes.yaml', import.meta.url));
const SOUND =
  'upstreams: { shop: http://127.0.0.1:8000 }\nroutes: [{ path: /a, permit: anyone, forward: shop }]\n';

const directory = mkdtempSync(join(tmpdir(), 'postern-'));
t.teardown(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

t.test('a sound file: its routes are counted, and the exit code is 0', async (t) => {
  const path = file('sound.yaml', SOUND);
  for (const option of ['--config', '-c']) {
    const { code, stdout, stderr } = await runCommand(['check', option, path]);
    t.same([code, stdout, stderr], [0, `${path}: 1 route, no errors\n`, '']);
  }
});

t.test('a broken file: every problem on standard error, and the exit code is 1', async (t) => {
  const path = file(
    'broken.yaml',
    'verison: 1\nupstreams: {}\nroutes:\n  - { path: /a, permit: anyon, forward: shop }\n',
  );
  const { code, stdout, stderr } = await runCommand(['check', '--config', path], { cwd: directory });
  t.same([code, stdout], [1, '']);
  t.equal(
    stderr,
    `broken.yaml:1:1: unknown key "verison"; did you mean "version"?
    1 | verison: 1
      | ^

broken.yaml:4:25: there is no permission "anyon"; did you mean "anyone"?
    4 |   - { path: /a, permit: anyon, forward: shop }
      |                         ^

broken.yaml:4:41: there is no upstream "shop"
    4 |   - { path: /a, permit: anyon, forward: shop }
      |                                         ^

${path}: 3 errors
`,
  );
});

t.test('the file is named as it is found from here, so that a terminal can open it', async (t) => {
  mkdirSync(join(directory, 'deep/er'), { recursive: true });
  const path = file('deep/er/odd.yaml', 'version: 2\n');
  const named: [cwd: string, argument: string, shown: string][] = [
    [directory, 'deep/er/odd.yaml', 'deep/er/odd.yaml'],
    [directory, path, 'deep/er/odd.yaml'],
    [join(directory, 'deep/er'), path, 'odd.yaml'],
    [join(directory, 'config'), '../deep/er/odd.yaml', '../deep/er/odd.yaml'],
    [join(directory, 'config'), path, path],
  ];
  mkdirSync(join(directory, 'config'), { recursive: true });
  for (const [cwd, argument, shown] of named) {
    const { stderr } = await runCommand(['check', argument], { cwd });
    t.ok(stderr.startsWith(`${shown}:1:1: `), `${argument} from ${cwd}: ${stderr}`);
  }
});

t.test('the name of the file may stand alone', async (t) => {
  const path = file('alone.yaml', SOUND);
  t.equal((await runCommand(['check', path])).stdout, `${path}: 1 route, no errors\n`);
  t.equal((await runCommand(['check', '--', path])).code, 0);
});

t.test('without the environment, all is checked that does not depend on it', async (t) => {
  const path = file(
    'ci.yaml',
    `redis: "\${REDIS}"
upstreams:
  shop: "\${SHOP_URL}"
  local: "\${LOCAL:-http://127.0.0.1:8000}"
authenticators:
  jwt: { type: jwt, algorithms: [HS256], secret: "\${SECRET}" }
  other: { type: jwt, algorithms: [HS256], secret: !file /run/secrets/jwt }
  staff: { type: basic, file: users.yaml }
  mobile: { type: jwt, algorithms: [ES256], key: keys/public.pem }
throttles: { few: { rate: "\${RATE}" } }
routes:
  - { path: /a, authenticate: [jwt], throttle: few, forward: shop }
  - { path: "\${PREFIX}/b", authenticate: [other, staff, mobile], permit: "\${WHO}", forward: local }
`,
  );
  const { code, stdout, stderr } = await runCommand(['check', '--no-env', path], {
    env: { SHOP_URL: 'ftp://x' },
  });
  t.same([code, stderr], [0, '']);
  t.match(stdout, /: 2 routes, no errors; what variables and missing files say was not checked\n$/);
  t.equal((await runCommand(['check', path])).code, 1, 'with it, they are missing');

  const wrong = file('ci-wrong.yaml', readFileSync(path, 'utf8').replace('forward: local', 'forward: locl'));
  const found = await runCommand(['check', '--no-env', wrong]);
  t.equal(found.code, 1);
  t.match(found.stderr, /:13:93: there is no upstream "locl"; did you mean "local"\?/);
  t.match(found.stderr, /: 1 error\n$/);

  const bare = file(
    'ci-bare.yaml',
    SOUND.replace('permit: anyone', 'permit: anyone, throttle: { rate: 3/m }'),
  );
  t.equal((await runCommand(['check', '--no-env', bare])).code, 0, 'REDIS_URL may be set there');
  t.match((await runCommand(['check', bare])).stderr, /a throttle needs a store/);

  writeFileSync(join(directory, 'users.yaml'), 'ada: plain\n');
  const there = await runCommand(['check', '--no-env', path]);
  t.match(there.stderr, /users.yaml: "ada" has a password/, 'a file that is there is read');
});

t.test('warnings are told, and do not count', async (t) => {
  const path = file(
    'warned.yaml',
    `store: memory
upstreams: { shop: http://127.0.0.1:8000 }
authenticators: { token: { type: redis-token } }
routes:
  - { path: /a, authenticate: [token], throttle: { rate: 3/m, by: ip }, forward: shop }
`,
  );
  const { code, stdout, stderr } = await runCommand(['check', '-c', path], { cwd: directory });
  t.same([code, stdout], [0, `${path}: 1 route, no errors\n`]);
  t.match(stderr, /^warned\.yaml:5:50: warning: users are known here, but counted by address only/);
});

t.test('without a name, the file is looked for in its usual places', async (t) => {
  mkdirSync(join(directory, 'config'), { recursive: true });
  file('config/routes.yaml', SOUND);
  const { code, stdout } = await runCommand(['check'], { cwd: directory });
  t.same([code, stdout], [0, 'config/routes.yaml: 1 route, no errors\n']);
});

t.test('what cannot be read is one line, and the exit code is 1', async (t) => {
  const gone = await runCommand(['check', '-c', join(directory, 'gone.yaml')]);
  t.same(gone, {
    code: 1,
    stdout: '',
    stderr: `cannot read the configuration ${directory}/gone.yaml: there is no such file\n`,
  });
  const folder = await runCommand(['check', '-c', directory]);
  t.same(folder, {
    code: 1,
    stdout: '',
    stderr: `cannot read the configuration ${directory}: it is a directory\n`,
  });
});

t.test('a file in another encoding than UTF-8 is refused, as its text could not be trusted', async (t) => {
  for (const [bytes, line] of [
    [Buffer.from(SOUND.replace('/a', '/caf\xe9'), 'latin1'), 2],
    [Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(SOUND, 'utf16le')]), 1],
  ] as const) {
    const path = join(directory, 'encoded.yaml');
    writeFileSync(path, bytes);
    const { code, stderr } = await runCommand(['check', path]);
    t.same([code, stderr], [1, `cannot read the configuration ${path}: line ${line} is not UTF-8\n`]);
  }
  t.equal(
    (await runCommand(['check', file('marked.yaml', `\ufeff${SOUND}`)])).code,
    0,
    'a byte order mark is fine',
  );
});

t.test('a misuse of the command line shows how it is meant, and the exit code is 2', async (t) => {
  for (const args of [
    ['check', '--confg', 'x'],
    ['check', 'a.yaml', 'b.yaml'],
    ['check', '--config', 'a.yaml', 'b.yaml'],
    ['serve', 'a.yaml', '--no-env'],
    ['check', '--config'],
  ]) {
    const { code, stdout, stderr } = await runCommand(args);
    t.same([code, stdout], [2, ''], args.join(' '));
    t.match(stderr, /^postern (check|serve): .+\n\npostern (check|serve) \[--config FILE\]\n/);
  }
});

t.test('the file that npm start serves passes', async (t) => {
  const { code, stderr } = await runCommand(['check', '-c', START]);
  t.same([code, stderr], [0, '']);
});
