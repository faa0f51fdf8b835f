import fc from 'fast-check';
import t from 'tap';
import { explainRate, parseRate } from '../../src/core/rate.ts';

t.test('a number, a slash, and a unit or a word for it', async (t) => {
  const rates: [string, number, number][] = [
    ['3/s', 3, 1_000],
    ['3/m', 3, 60_000],
    ['3/min', 3, 60_000],
    ['3/sec', 3, 1_000],
    ['3/seconds', 3, 1_000],
    ['3/minute', 3, 60_000],
    ['3/hours', 3, 3_600_000],
    ['3/days', 3, 86_400_000],
    ['100/hour', 100, 3_600_000],
    ['0/d', 0, 86_400_000],
    ['10000/day', 10_000, 86_400_000],
  ];
  for (const [text, limit, windowMs] of rates) t.same(parseRate(text), { limit, windowMs }, text);
});

t.test('what REST framework fails on, or reads as another unit, is no rate', async (t) => {
  for (const text of [
    '',
    '3',
    '3/',
    '/m',
    '3.5/m',
    '3/10s',
    '3/M',
    '3/ m',
    '-1/m',
    '03/m',
    '3/y',
    '3/month',
    '3/decade',
    '3/secs',
    '3/hourly',
    '3/mh',
    '3/w',
    ' 3/m',
    '3/m\n',
    '9999999999/s',
  ])
    t.equal(parseRate(text), undefined, JSON.stringify(text));
});

t.test('any text is a rate or none', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0129/smhdyx. -') }), (text) => {
      const rate = parseRate(text);
      return rate === undefined || (Number.isSafeInteger(rate.limit) && rate.windowMs >= 1_000);
    }),
  );
  t.pass();
});

t.test('a unit that would be read by its first letter is explained', async (t) => {
  t.match(explainRate('1000/month'), /"month" is no unit .* as a minute/);
  t.match(explainRate('10/decade'), /"decade" .* as a day/);
  for (const text of ['3/week', '3', 'x/month', `3/${'m'.repeat(100)}`])
    t.equal(explainRate(text), undefined, text);
});
