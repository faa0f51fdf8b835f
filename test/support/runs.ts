import fc from 'fast-check';
import type { Test } from 'tap';

/** `npm run test:long` makes every search ten times as long. */
const FACTOR = process.env.POSTERN_TEST_LONG === '1' ? 10 : 1;

export interface Search<Value> {
  /** What one try is made of. */
  values: fc.Arbitrary<Value>;
  /** How many tries there are at least. */
  tries: number;
  /** How many are judged together; default 50. */
  batch?: number;
  /** What is wrong with these values, empty when nothing is. */
  judge(values: readonly Value[]): Promise<string[]> | string[];
}

/** Generates values and asserts, once, that nothing is wrong with any of them; a failure tells the seed and the value. */
export async function search<Value>(t: Test, name: string, options: Search<Value>): Promise<void> {
  const { values, tries, batch = 50, judge } = options;
  const batches = fc.array(values, { minLength: batch, maxLength: batch });
  const details = await fc.check(
    fc.asyncProperty(batches, async (several) => {
      const problems = await judge(several);
      if (problems.length > 0) throw new Error(await culprits(several, problems, judge));
    }),
    { numRuns: Math.ceil((tries * FACTOR) / batch), endOnFailure: true },
  );
  const { seed, counterexamplePath, errorInstance } = details;
  const story = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  if (details.failed) t.fail(`${name}: seed ${seed}, path ${counterexamplePath}\n${story}`);
  else t.pass(`${name}: ${details.numRuns * batch} tries`);
}

/** Judges each value of a batch alone, to tell which one it was. */
async function culprits<Value>(
  values: readonly Value[],
  problems: readonly string[],
  judge: Search<Value>['judge'],
): Promise<string> {
  for (const value of values) {
    const alone = await judge([value]);
    if (alone.length > 0) return `${fc.stringify(value)}\n${alone.slice(0, 5).join('\n')}`;
  }
  return `only together: ${problems.slice(0, 5).join('\n')}`;
}
