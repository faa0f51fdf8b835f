import type { Measured, Metric, RowResult } from './measure/metrics.ts';
import { type Spread, spread } from './measure/statistics.ts';
import { ratiosAgainst } from './report/row-table.ts';

/** What Postern is to reach, and where it is measured. */
export interface Goal {
  work: string;
  row: string;
  goal: string;
  bound: { least: number } | { most: number };
  digits: number;
  /** One value per round; none where a contestant is missing. */
  values(result: RowResult): number[];
}

export interface Judged {
  work: string;
  row: string;
  goal: string;
  digits: number;
  /** Undefined when it was not measured. */
  measured: Spread | undefined;
  reached: boolean | undefined;
}

const samples = (one: Measured | undefined, metric: Metric): number[] => one?.samples[metric] ?? [];
const first = ({ measured }: RowResult): Measured | undefined => measured[0];
const last = ({ measured }: RowResult): Measured | undefined => measured.at(-1);
const named = ({ measured }: RowResult, name: string): Measured | undefined =>
  measured.find((one) => one.name === name);

/** The ratio of the row's own table. */
function against(name: string, metric: Metric): Goal['values'] {
  return (result) => {
    const [ours, peer] = [first(result), named(result, name)];
    return ours && peer ? ratiosAgainst(ours, peer, metric) : [];
  };
}

function lastAgainstFirst(metric: Metric): Goal['values'] {
  return (result) => {
    const [few, many] = [first(result), last(result)];
    return few && many && few !== many ? ratiosAgainst(few, many, metric) : [];
  };
}

/** Postern's own p99 by the peer's: the other way round than a table's ratio, as the goal is a factor. */
function factorOf(name: string, metric: Metric): Goal['values'] {
  const ratio = against(name, metric);
  return (result) => ratio(result).map((value) => 1 / value);
}

/** Memory of the last round by that of an earlier one, which the first rounds may be needed to reach. */
function growth(settling: number): Goal['values'] {
  return (result) => {
    const values = samples(first(result), 'memory');
    const [before, after] = [values[settling], values.at(-1)];
    return values.length > settling + 1 && before && after ? [after / before] : [];
  };
}

function difference(minuend: string, subtrahend: string, metric: Metric): Goal['values'] {
  return (result) => {
    const less = samples(named(result, subtrahend), metric);
    return samples(named(result, minuend), metric).flatMap((value, round) => {
      const other = less[round];
      return other === undefined ? [] : [value - other];
    });
  };
}

const peerRatio = (row: string, work: string, peer: string, least: number): Goal => ({
  row,
  work,
  goal: `at least ${least} × ${peer}`,
  bound: { least },
  digits: 2,
  values: against(peer, 'cpu'),
});

/** In the order in which they are printed. */
export const goals: readonly Goal[] = [
  peerRatio('tokens', 'token, throttle, X-User: CPU', 'nginx + Lua + Redis', 1),
  peerRatio('tokens', 'token, throttle, X-User: CPU', 'the obvious gateway', 3.5),
  {
    row: 'tokens',
    work: 'token, throttle, X-User: p99 at half load',
    goal: 'at most 3 × nginx + Lua + Redis',
    bound: { most: 3 },
    digits: 2,
    values: factorOf('nginx + Lua + Redis', 'p99'),
  },
  peerRatio('rs256', 'RS256, throttle, X-User: CPU', 'HAProxy', 1.4),
  peerRatio('hs256', 'HS256, throttle, X-User: CPU', 'HAProxy', 0.7),
  peerRatio('plain', 'forwarding alone: CPU', 'nginx', 0.5),
  peerRatio('plain', 'forwarding alone: CPU', 'HAProxy', 0.5),
  {
    row: 'big-1mb',
    work: '1 MB replies: MB/s',
    goal: 'at least 0.6 × nginx',
    bound: { least: 0.6 },
    digits: 2,
    values: against('nginx', 'megabytes'),
  },
  {
    row: 'big-100mb',
    work: '100 MB replies: memory of the last round by the first',
    goal: 'at most 1.1',
    bound: { most: 1.1 },
    digits: 2,
    values: growth(0),
  },
  {
    row: 'routes',
    work: '10,000 routes by 10: CPU',
    goal: 'at most 1.05',
    bound: { most: 1.05 },
    digits: 2,
    values: lastAgainstFirst('cpu'),
  },
  {
    row: 'many-tokens',
    work: '1,000,000 tokens by one: CPU',
    goal: 'at most 2',
    bound: { most: 2 },
    digits: 2,
    values: lastAgainstFirst('cpu'),
  },
  {
    row: 'many-tokens',
    work: '1,000,000 tokens: memory',
    goal: 'at most 256 MB',
    bound: { most: 256 },
    digits: 0,
    values: (result) => samples(last(result), 'memory'),
  },
  {
    row: 'idle',
    work: 'one idle connection of 10,000: memory',
    goal: 'at most 12,288 bytes',
    bound: { most: 12_288 },
    digits: 0,
    values: (result) => samples(first(result), 'perConnection'),
  },
  {
    row: 'front-door',
    work: "Fastify's share of a request: CPU",
    goal: 'at most 4 µs',
    bound: { most: 4 },
    digits: 1,
    values: difference('Postern with an echo', 'the same without Fastify', 'cpu'),
  },
  {
    row: 'start',
    work: 'start to the first answered request',
    goal: 'at most 500 ms',
    bound: { most: 500 },
    digits: 0,
    values: (result) => samples(first(result), 'milliseconds'),
  },
  {
    row: 'revocation',
    work: 'DEL in Redis until two gateways refuse: p99',
    goal: 'at most 20 ms',
    bound: { most: 20 },
    digits: 1,
    values: (result) => samples(first(result), 'p99'),
  },
  {
    row: 'soak',
    work: 'mixed load at half rate: memory of the last round by the third',
    goal: 'at most 1.1',
    bound: { most: 1.1 },
    digits: 2,
    values: growth(2),
  },
];

/** The goals of the rows that were asked for. */
export function judge(results: readonly RowResult[]): Judged[] {
  return results.flatMap((result) =>
    goals
      .filter(({ row }) => row === result.row)
      .map(({ work, row, goal, bound, digits, values }) => {
        const measured = spread(values(result));
        return { work, row, goal, digits, measured, reached: measured && reaches(measured.median, bound) };
      }),
  );
}

function reaches(value: number, bound: Goal['bound']): boolean {
  return 'least' in bound ? value >= bound.least : value <= bound.most;
}
