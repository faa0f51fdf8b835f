/** What is measured, in the order of the columns. */
export const METRICS = {
  cpu: { title: 'µs/request', digits: 1, better: 'less', what: 'CPU of the process tree for one request' },
  cpuPerMegabyte: {
    title: 'µs/MB',
    digits: 0,
    better: 'less',
    what: 'CPU of the process tree for one megabyte',
  },
  rate: { title: 'requests/s', digits: 0, better: 'more', what: 'requests answered in a second, saturated' },
  megabytes: {
    title: 'MB/s',
    digits: 0,
    better: 'more',
    what: 'megabytes of replies in a second, saturated',
  },
  busy: { title: 'core %', digits: 0, better: 'less', what: 'share of its core that it used when saturated' },
  half: {
    title: 'half load',
    digits: 0,
    better: 'more',
    what: 'the fixed rate of the next two, in requests a second',
  },
  p50: {
    title: 'p50 ms',
    digits: 2,
    better: 'less',
    what: 'half of the requests at half load are answered within',
  },
  p99: {
    title: 'p99 ms',
    digits: 2,
    better: 'less',
    what: '99 of 100 requests at half load are answered within',
  },
  most: { title: 'max ms', digits: 2, better: 'less', what: 'the longest of these times' },
  redis: { title: 'Redis µs', digits: 1, better: 'less', what: 'CPU of Redis for one request' },
  memory: { title: 'RSS MB', digits: 0, better: 'less', what: 'the most resident memory seen' },
  perConnection: {
    title: 'bytes each',
    digits: 0,
    better: 'less',
    what: 'resident memory for one connection',
  },
  milliseconds: { title: 'ms', digits: 1, better: 'less', what: 'time until it is so' },
} as const satisfies Record<string, { title: string; digits: number; better: 'less' | 'more'; what: string }>;

export type Metric = keyof typeof METRICS;

/** One value per round. */
export type Samples = Partial<Record<Metric, number[]>>;

/** What was measured of one contestant in one row. */
export interface Measured {
  name: string;
  /** Why it was not measured: it is missing, or does not do the work. */
  leftOut?: string;
  /** What a reader of its figures must know. */
  remarks: string[];
  samples: Samples;
}

/** A row of the bench: the same work, done by several. The first is what the others are held against. */
export interface RowResult {
  row: string;
  title: string;
  /** What the ratios are of. */
  compare: Metric;
  measured: Measured[];
  remarks: string[];
  /** Why there are no figures at all. */
  failed?: string;
}
