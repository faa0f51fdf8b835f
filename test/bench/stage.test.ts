import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import t from 'tap';
import { processTree, statOf } from '../../bench/measure/accounting.ts';
import { chooseCores } from '../../bench/stage/cores.ts';
import { freePort, Stage } from '../../bench/stage/stage.ts';
import { until } from '../support/until.ts';

const STAGE = new URL('../../bench/stage/stage.js', import.meta.url).href;
const cores = chooseCores() ?? { contestant: '0', rest: '0', several: () => '0' };

/** Listens, has a child, and will not end when asked to. */
const STUBBORN = `
  require('node:child_process').spawn('sleep', ['600'], { stdio: 'ignore' });
  process.on('SIGTERM', () => {});
  require('node:net').createServer().listen(Number(process.argv[1]), '127.0.0.1');
`;

t.test('at the end nothing runs that was started, nor what that started, and no file is left', async (t) => {
  const stage = new Stage(cores);
  const port = await freePort();
  const child = await stage.serve(port, process.execPath, ['-e', STUBBORN, String(port)]);
  const tree = processTree(child.pid);
  t.equal(tree.length, 2, 'the server and its sleep');
  await stage.end();
  t.same(
    tree.filter((pid) => statOf(pid)),
    [],
  );
  t.notOk(existsSync(stage.folder));
  await t.rejects(stage.run('true', []), /ending/, 'and nothing is started any more');
});

t.test('a bench that breaks leaves nothing running either', async (t) => {
  const script = `
    const { Stage, freePort } = await import(${JSON.stringify(STAGE)});
    const stage = new Stage(${JSON.stringify({ contestant: cores.contestant, rest: cores.rest })});
    const port = await freePort();
    const child = await stage.serve(port, process.execPath, ['-e', ${JSON.stringify(STUBBORN)}, String(port)]);
    console.log(JSON.stringify({ pid: child.pid, folder: stage.folder }));
    throw new Error('broken');
  `;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  t.equal(status, 1);
  const { pid, folder } = JSON.parse(stdout) as { pid: number; folder: string };
  await until(() => statOf(pid) === undefined);
  t.notOk(existsSync(folder));
});

t.test('a server that does not start is reported with what it said last', async (t) => {
  const stage = new Stage(cores);
  t.teardown(() => stage.end());
  const script = 'console.error("first"); console.error("no such module"); process.exit(1)';
  await t.rejects(stage.serve(await freePort(), process.execPath, ['-e', script]), /no such module/);
});

t.test('contestants run on their core and see nothing of the environment', async (t) => {
  const stage = new Stage(cores);
  t.teardown(() => stage.end());
  process.env.POSTERN_LISTEN = '127.0.0.1:1';
  const seen = await stage.run('sh', ['-c', 'grep Cpus_allowed_list /proc/self/status; env'], {
    cores: cores.contestant,
    env: { ROUTES: 'here' },
  });
  t.match(seen, new RegExp(`Cpus_allowed_list:\\s+${cores.contestant}\\n`));
  t.match(seen, 'ROUTES=here');
  t.notMatch(seen, 'POSTERN_LISTEN');
});
