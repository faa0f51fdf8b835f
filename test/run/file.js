import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { countTap } from './tap.js';

const SECONDS = Number(process.env.TEST_TIMEOUT ?? 120);
const running = new Set();

/** Ends the test's process and all that it started: each test file leads a process group of its own. */
function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const pid of running) endGroup(pid);
    process.exit(1);
  });
}

/** Runs one compiled test file; `problem` says what went wrong beside its assertions. */
export async function runFile(file, env = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // tap's own limit comes first, because it can tell which test hangs and on what.
    env: { ...process.env, ...env, TAP_TIMEOUT: String(Math.max(1, SECONDS - 10)) },
  });
  running.add(child.pid);
  const out = [];
  const err = [];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  const closed = once(child, 'close');
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, SECONDS * 1000);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  endGroup(child.pid);
  running.delete(child.pid);
  await closed;

  const { planned, ...counts } = countTap(Buffer.concat(out).toString());
  const none = counts.passed + counts.failed + counts.skipped === 0;
  let problem;
  if (late) problem = `ran longer than ${SECONDS} s`;
  else if (signal) problem = `ended by ${signal}`;
  else if (code !== 0 && counts.failed === 0) problem = `exit code ${code}`;
  else if (!planned) problem = 'ended before its plan';
  else if (none) problem = 'holds no test';
  if (problem) counts.failed += 1;
  const said = Buffer.concat(err).toString().replace(/\n$/, '');
  const output = `${Buffer.concat(out)}${said ? `${said.replace(/^/gm, '# ')}\n` : ''}`;
  return { output, counts, problem, ms: Math.round(performance.now() - started) };
}
