/** Several measurements of one thing, in short. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** The value below which `share` of the sorted values lie (nearest rank); NaN of none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const rank = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.min(Math.max(rank, 0), sorted.length - 1)] ?? Number.NaN;
}

/** The middle value; of an even number of values, the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Undefined of none, so that a figure that was not measured is never printed as a number. */
export function spread(values: readonly number[]): Spread | undefined {
  const numbers = values.filter(Number.isFinite);
  if (numbers.length === 0) return undefined;
  return { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) };
}

/** Round by round, so that what slows a whole round down slows both sides of its ratio. */
export function ratios(above: readonly number[] = [], below: readonly number[] = []): number[] {
  return above.flatMap((value, round) => {
    const divisor = below[round];
    return divisor === undefined || divisor === 0 ? [] : [value / divisor];
  });
}
