import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { goals, judge } from '../../bench/goals.ts';
import type { RowResult, Samples } from '../../bench/measure/metrics.ts';
import { goalTable } from '../../bench/report/goal-table.ts';
import { rows } from '../../bench/rows/index.ts';
import { ROOT } from '../../bench/stage/stage.ts';

function row(name: string, contestants: Record<string, Samples>): RowResult {
  const measured = Object.entries(contestants).map(([one, samples]) => ({ name: one, remarks: [], samples }));
  return { row: name, title: name, compare: 'cpu', remarks: [], measured };
}

const verdicts = (result: RowResult) => judge([result]).map(({ reached }) => reached);

t.test('every goal is of a row that there is', async (t) => {
  const names = rows.map(({ name }) => name);
  t.same(
    goals.filter((goal) => !names.includes(goal.row)),
    [],
  );
  t.equal(new Set(names).size, names.length, 'no two rows have one name');
});

t.test('the guide says of every row what it does', async (t) => {
  const guide = readFileSync(join(ROOT, 'docs/performance.md'), 'utf8');
  const described = guide.split('\n').filter((line) => line.startsWith('| `'));
  for (const { name } of rows)
    t.ok(
      described.some((line) => line.split('|')[1]?.includes(`\`${name}\``)),
      name,
    );
});

t.test('the median of the rounds decides', async (t) => {
  const half = row('rs256', { Postern: { cpu: [10, 10, 10] }, HAProxy: { cpu: [1, 14, 99] } });
  t.same(verdicts(half), [true]);
  t.match(goalTable(judge([half])), /1\.40 \(0\.10 to 9\.90\) +reached/);
  t.same(verdicts(row('rs256', { Postern: { cpu: [10, 10, 10] }, HAProxy: { cpu: [13, 13, 99] } })), [false]);
});

t.test('a goal whose contestant is missing is not measured: neither reached nor missed', async (t) => {
  const alone = judge([row('rs256', { Postern: { cpu: [10] } })]);
  t.match(alone, [{ measured: undefined, reached: undefined }]);
  t.match(goalTable(alone), 'not measured');
});

t.test('latency is a factor of ours by theirs', async (t) => {
  const lua = 'nginx + Lua + Redis';
  const result = row('tokens', { Postern: { cpu: [10], p99: [8] }, [lua]: { cpu: [10], p99: [2] } });
  const latency = judge([result]).find(({ work }) => work.includes('p99'));
  t.match(latency, { measured: { median: 4 }, reached: false });
});

t.test(
  'more routes are held against fewer, more tokens against one, and the memory of the many is bounded',
  async (t) => {
    t.same(verdicts(row('routes', { few: { cpu: [100] }, some: { cpu: [500] }, many: { cpu: [105] } })), [
      true,
    ]);
    t.same(verdicts(row('routes', { few: { cpu: [100] }, some: { cpu: [100] }, many: { cpu: [106] } })), [
      false,
    ]);
    const tokens = (memory: number) =>
      row('many-tokens', { one: { cpu: [50], memory: [900] }, many: { cpu: [100], memory: [memory] } });
    t.same(verdicts(tokens(256)), [true, true]);
    t.same(verdicts(tokens(257)), [true, false]);
  },
);

t.test("Fastify's share is what Postern costs more than the same without it", async (t) => {
  const result = row('front-door', {
    'Postern with an echo': { cpu: [30, 31] },
    'the same without Fastify': { cpu: [27, 26] },
  });
  t.match(judge([result]), [{ measured: { median: 4, min: 3, max: 5 }, reached: true }]);
});

t.test('memory that grows from round to round is seen', async (t) => {
  t.same(verdicts(row('big-100mb', { Postern: { memory: [100, 150, 111] } })), [false]);
  t.same(verdicts(row('big-100mb', { Postern: { memory: [100, 150, 110] } })), [true]);
  t.same(verdicts(row('big-100mb', { Postern: { memory: [100] } })), [undefined], 'one round tells nothing');
  t.same(
    verdicts(row('soak', { Postern: { memory: [10, 50, 100, 90, 110] } })),
    [true],
    'once it has settled',
  );
  t.same(verdicts(row('soak', { Postern: { memory: [10, 50, 100, 90, 111] } })), [false]);
});
