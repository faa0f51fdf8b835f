import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  const { code, stdout, stderr } = await runCommand(['check', '--config', path]);
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
  const { code, stdout, stderr } = await runCommand(['check', '-c', path]);
  t.same([code, stdout], [0, `${path}: 1 route, no errors\n`]);
  t.match(stderr, /^warned\.yaml:5:50: warning: users are known here, but counted by address only/);
});

t.test('without a name, the file is looked for in its usual places', async (t) => {
  mkdirSync(join(directory, 'config'));
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

t.test('a misuse of the command line shows how it is meant, and the exit code is 2', async (t) => {
  for (const args of [
    ['check', '--confg', 'x'],
    ['check', 'routes.yaml'],
    ['check', '--config'],
  ]) {
    const { code, stdout, stderr } = await runCommand(args);
    t.same([code, stdout], [2, ''], args.join(' '));
    t.match(stderr, /^postern check: .+\n\npostern check \[--config FILE\]\n/);
  }
});

t.test('the file that npm start serves passes', async (t) => {
  const { code, stderr } = await runCommand(['check', '-c', START]);
  t.same([code, stderr], [0, '']);
});
