import fc from 'fast-check';
import t from 'tap';
import { median, percentile, ratios, spread } from '../../bench/measure/statistics.ts';

t.test('the median is the middle, or the mean of the two in the middle', async (t) => {
  t.equal(median([3, 1, 2]), 2);
  t.equal(median([4, 1, 3, 2]), 2.5);
  t.ok(Number.isNaN(median([])));
});

t.test('half of the values are at or below the median, half at or above, whatever they are', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const middle = median(values);
      const half = values.length / 2;
      return (
        values.filter((value) => value <= middle).length >= half &&
        values.filter((value) => value >= middle).length >= half
      );
    }),
  );
  t.pass();
});

t.test('a percentile is a value that was seen: the nearest rank', async (t) => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);
  t.equal(percentile(hundred, 0.5), 50);
  t.equal(percentile(hundred, 0.99), 99);
  t.equal(percentile(hundred, 1), 100);
  t.equal(percentile([7], 0.99), 7);
  t.ok(Number.isNaN(percentile([], 0.5)));
});

t.test('what was not measured has no spread', async (t) => {
  t.equal(spread([]), undefined);
  t.equal(spread([Number.NaN]), undefined, 'a division by no request');
  t.same(spread([2, 1, 9]), { median: 2, min: 1, max: 9 });
});

t.test('ratios pair the values of a round, and skip rounds that one side does not have', async (t) => {
  t.same(ratios([10, 30], [5, 10]), [2, 3]);
  t.same(ratios([10, 30], [5]), [2]);
  t.same(
    spread(ratios([10, 30], [Number.NaN, 10])),
    { median: 3, min: 3, max: 3 },
    'nor rounds that do not count',
  );
  t.same(ratios([10], [0]), [], 'nothing is divided by nothing');
  t.same(ratios(undefined, [1]), []);
});
