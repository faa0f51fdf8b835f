import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import {
  cpuMicroseconds,
  parseStat,
  processTree,
  residentBytes,
  statOf,
} from '../../bench/measure/accounting.ts';

t.test('CPU time is read past a name with spaces and parentheses', async (t) => {
  const fields = [
    'S',
    ...Array.from({ length: 10 }, () => '0'),
    '12',
    '30',
    '0',
    '0',
    '20',
    '0',
    '1',
    '0',
    '4711',
    '0',
  ];
  t.same(parseStat(`42 (a) b (c)) ${fields.join(' ')}`), {
    cpuMicroseconds: 420_000,
    startedAt: 4_711,
    ended: false,
  });
  t.throws(() => parseStat('42 (short) S'), /stat/);
});

t.test('a tree is a process and what it started, and what those started', async (t) => {
  const shell = spawn('sh', ['-c', 'sh -c "sleep 60 & echo started; wait"; true'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pid = shell.pid ?? 0;
  await once(shell.stdout, 'data');
  const tree = processTree(pid);
  t.teardown(() => {
    for (const one of tree) process.kill(one);
  });
  t.equal(tree.length, 3, 'two shells and a sleep');
  t.equal(tree[0], pid);
  t.ok(
    residentBytes(pid) > (residentBytes(tree[2] ?? 0) || Number.POSITIVE_INFINITY),
    'memory is of all of them',
  );
});

t.test('work is seen in the account of the process that did it', async (t) => {
  const before = cpuMicroseconds(process.pid);
  let turns = 0;
  while (cpuMicroseconds(process.pid) === before && turns < 1e7) turns++;
  t.ok(cpuMicroseconds(process.pid) > before);
});

t.test('a process that is gone has no account', async (t) => {
  const gone = spawn('true');
  await once(gone, 'close');
  const pid = gone.pid ?? 0;
  t.equal(statOf(pid), undefined);
  t.equal(cpuMicroseconds(pid), 0);
  t.equal(residentBytes(pid), 0);
});
