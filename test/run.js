// `npm test`: finds Redis and Django, compiles, runs each compiled test file under plain node, two at a time.
// Not tap's own runner: it costs each file 1.5 s more, and loads hooks into every process a test starts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDjango } from './run/django.js';
import { runFile } from './run/file.js';
import { ensureRedis } from './run/redis.js';
import { runsOf } from './run/transports.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const jobs = Number(process.argv.find((arg) => arg.startsWith('--jobs='))?.slice(7) ?? 2);
const filters = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));

function finish({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`;
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  // The last thing written: whatever a test left unsaid has been waited for.
  process.stdout.write(`${skipped > 0 ? `${line}, ${skipped} skipped` : line}\n`);
}

/** The list comes from the sources, so that the compiled rest of a deleted test never runs. */
function sources(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .sort();
}

const compiled = (source) => join('build', source.replace(/\.ts$/, '.js'));

function compile() {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'test/tsconfig.json', '--sourceMap', 'true'];
  return spawnSync(process.execPath, tsc, { stdio: 'inherit' }).status === 0;
}

function compileAll() {
  const missing = [...sources('src'), ...sources('test')].some((source) => !existsSync(compiled(source)));
  // The compiler remembers what it has emitted, but not that somebody deleted it.
  if (missing) rmSync('node_modules/.cache/tsc/test.tsbuildinfo', { force: true });
  return compile();
}

async function runAll(files) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const queue = runsOf(files);
  const planned = queue.length;
  const failures = [];
  let done = 0;
  process.stdout.write(`TAP version 14\n1..${planned}\n`);
  async function work() {
    for (let run = queue.shift(); run !== undefined; run = queue.shift()) {
      const { source, name, env } = run;
      const { output, counts, problem, ms } = await runFile(compiled(source), env);
      done += 1;
      const indented = output.replace(/\n$/, '').replace(/^(?=.)/gm, '    ');
      const status = counts.failed > 0 ? 'not ok' : 'ok';
      const reason = problem ? `# ${name}: ${problem}\n` : '';
      process.stdout.write(
        `# Subtest: ${name}\n${indented}\n${reason}${status} ${done} - ${name} # time=${ms}ms\n\n`,
      );
      for (const word of Object.keys(total)) total[word] += counts[word];
      if (counts.failed > 0) failures.push(problem ? `${name}: ${problem}` : name);
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));
  for (const failure of failures) process.stdout.write(`# failed: ${failure}\n`);
  return total;
}

const files = sources('test')
  .filter((source) => source.endsWith('.test.ts'))
  .filter((source) => filters.length === 0 || filters.some((filter) => source.includes(filter)));

if (!ensureRedis()) {
  process.exitCode = 1;
} else if (!compileAll()) {
  finish({ passed: 0, failed: 1, skipped: 0 });
} else {
  ensureDjango(files);
  finish(await runAll(files));
}
