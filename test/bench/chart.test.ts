import t from 'tap';
import type { RowResult } from '../../bench/measure/metrics.ts';
import { chart } from '../../bench/report/chart.ts';

const result: RowResult = {
  row: 'tokens',
  title: 'tokens <in> Redis & X-User',
  compare: 'cpu',
  remarks: [],
  measured: [
    { name: 'Postern', remarks: [], samples: { cpu: [40, 50, 45] } },
    { name: 'other', remarks: [], samples: { cpu: [90] } },
    { name: 'absent', remarks: [], leftOut: 'no such command', samples: {} },
  ],
};

const widths = (svg: string) =>
  [...svg.matchAll(/<rect x="\d+" y="\d+" width="(\d+)"/g)].map(([, width]) => Number(width));

t.test('bars are as long as the medians, the shortest first, ours in a colour of its own', async (t) => {
  const svg = chart([result]);
  const [ours = 0, other = 0, ...more] = widths(svg);
  t.same(more, [], 'one bar for each that was measured');
  t.ok(Math.abs(other - 2 * ours) <= 1, `${ours} and ${other}`);
  t.match(svg, />45\.0</);
  t.equal(new Set([...svg.matchAll(/rx="2" fill="(#\w+)"/g)].map(([, fill]) => fill)).size, 2);
  t.notMatch(svg, 'absent');
});

t.test('titles are escaped', async (t) => {
  t.match(chart([result]), 'tokens &lt;in&gt; Redis &amp; X-User');
});

t.test('rows without the figure, or with nobody to compare, are not drawn', async (t) => {
  const [ours] = result.measured;
  if (!ours) throw new Error('one is measured');
  t.same(widths(chart([{ ...result, measured: [ours] }])), []);
  t.same(widths(chart([])), []);
});
