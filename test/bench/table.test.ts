import t from 'tap';
import type { RowResult } from '../../bench/measure/metrics.ts';
import { rowTable } from '../../bench/report/row-table.ts';
import { numberText, table } from '../../bench/report/table.ts';

t.test('text is to the left, numbers are to the right, and lines have no blanks at their end', async (t) => {
  t.equal(
    table(
      ['', 'µs', 'note'],
      [
        ['nginx', '9.5', 'x'],
        ['Postern', '110.0', ''],
      ],
    ),
    ['            µs  note', '-------  -----  ----', 'nginx      9.5  x', 'Postern  110.0'].join('\n'),
  );
});

t.test('numbers have as many digits as asked, and commas between thousands', async (t) => {
  t.equal(numberText(12_345.67, 0), '12,346');
  t.equal(numberText(2, 2), '2.00');
});

const result: RowResult = {
  row: 'tokens',
  title: 'tokens in Redis',
  compare: 'cpu',
  remarks: ['seen at night'],
  measured: [
    { name: 'Postern', remarks: [], samples: { cpu: [10, 20], rate: [1_000, 2_000] } },
    { name: 'other', remarks: ['round 2: 3 requests failed'], samples: { cpu: [30, 20], rate: [500, 400] } },
    { name: 'third', remarks: [], leftOut: 'it answers 200 to a forged credential', samples: {} },
  ],
};

t.test('a row shows medians, and the ratio of each round against Postern', async (t) => {
  const lines = rowTable(result).split('\n');
  t.match(lines[3], /^Postern +15\.0 +1,500 +1$/);
  t.match(lines[4], /^other +25\.0 +450 +2\.00 \(1\.00 to 3\.00\)$/);
});

t.test('who was left out, and what went wrong, is said below', async (t) => {
  const text = rowTable(result);
  t.match(text, 'left out: third: it answers 200 to a forged credential');
  t.match(text, 'note: other: round 2: 3 requests failed');
  t.match(text, 'note: seen at night');
  t.notMatch(text, /^third/m, 'and has no line of figures');
});

t.test('of what is better the more there is, the ratio is turned round', async (t) => {
  const lines = rowTable({ ...result, compare: 'rate' }).split('\n');
  t.match(lines[4], /3\.50 \(2\.00 to 5\.00\)$/);
});

t.test('without Postern nothing is compared with it', async (t) => {
  const [ours, other] = result.measured;
  if (!ours || !other) throw new Error('two are measured');
  const text = rowTable({ ...result, measured: [{ ...ours, leftOut: 'does not start' }, other] });
  t.match(text, /^other +25\.0 +450$/m);
  t.notMatch(text, 'ratio: ');
});

t.test('a row that failed says why', async (t) => {
  t.match(
    rowTable({ ...result, measured: [], failed: 'redis is gone' }),
    /^tokens: .*\nFAILED: redis is gone\n/,
  );
});
