import { METRICS, type Measured, type Metric, type RowResult } from '../measure/metrics.ts';
import { ratios, type Spread, spread } from '../measure/statistics.ts';
import { numberText, table } from './table.ts';

/** Above 1, the one it is held against is better. */
export function ratiosAgainst(base: Measured, other: Measured, metric: Metric): number[] {
  const [ours, theirs] = [base.samples[metric], other.samples[metric]];
  return METRICS[metric].better === 'less' ? ratios(theirs, ours) : ratios(ours, theirs);
}

export function spreadText({ median, min, max }: Spread, digits: number): string {
  const [middle, low, high] = [median, min, max].map((value) => numberText(value, digits));
  return `${middle} (${low} to ${high})`;
}

function cell({ samples }: Measured, metric: Metric): string {
  const found = spread(samples[metric] ?? []);
  return found ? numberText(found.median, METRICS[metric].digits) : '';
}

/** A row of the bench as a table with what a reader must know below it. */
export function rowTable({ row, title, compare, measured, remarks, failed }: RowResult): string {
  const taking = measured.filter(({ leftOut }) => leftOut === undefined);
  const [base] = taking[0] === measured[0] ? taking : [];
  const names = Object.keys(METRICS) as Metric[];
  const columns = names.filter((metric) => taking.some(({ samples }) => samples[metric] !== undefined));
  const lines = taking.map((one) => {
    const against = base && one !== base ? spread(ratiosAgainst(base, one, compare)) : undefined;
    return [
      one.name,
      ...columns.map((metric) => cell(one, metric)),
      against ? spreadText(against, 2) : one === base ? '1' : '',
    ];
  });
  const heads = columns.map((metric) => METRICS[metric].title);
  const figures = taking.length > 0 ? table(['', ...heads, 'ratio'], lines) : '';
  return [
    `${row}: ${title}`,
    failed === undefined ? '' : `FAILED: ${failed}`,
    figures,
    base && taking.length > 1 ? explanation(compare, base.name) : '',
    ...measured.flatMap(({ name, leftOut, remarks: own }) => [
      ...(leftOut === undefined ? [] : [`left out: ${name}: ${leftOut}`]),
      ...own.map((remark) => `note: ${name}: ${remark}`),
    ]),
    ...remarks.map((remark) => `note: ${remark}`),
  ]
    .filter(Boolean)
    .join('\n');
}

function explanation(compare: Metric, base: string): string {
  const { title, better } = METRICS[compare];
  const ratio =
    better === 'less' ? `${title} of the line by that of ${base}` : `${title} of ${base} by that of the line`;
  return `ratio: ${ratio}, round by round: median (least to most); above 1 it is the line that is worse`;
}
