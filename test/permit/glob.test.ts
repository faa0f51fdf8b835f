import fc from 'fast-check';
import t from 'tap';
import { glob } from '../../src/permit/glob.ts';

t.test('* is any run of characters, ? is one, the rest is itself', async (t) => {
  const fits: [string, string][] = [
    ['', ''],
    ['', '*'],
    ['abc', 'abc'],
    ['abc', 'a*'],
    ['abc', '*c'],
    ['abc', 'a?c'],
    ['abc', '*b*'],
    ['abc', '***'],
    ['a*c', 'a*c'],
    ['a.c', 'a.c'],
    ['ababab', '*ab'],
    ['mississippi', 'm*iss*ppi'],
  ];
  const not: [string, string][] = [
    ['a', ''],
    ['', '?'],
    ['abc', 'ab'],
    ['abc', 'b*'],
    ['abc', 'a?'],
    ['ac', 'a?c'],
    ['axc', 'a.c'],
    ['Abc', 'abc'],
  ];
  for (const [text, pattern] of fits) t.ok(glob(text, pattern), `${text} fits ${pattern}`);
  for (const [text, pattern] of not) t.notOk(glob(text, pattern), `${text} does not fit ${pattern}`);
});

t.test('agrees with the regular expression of the same meaning', async (t) => {
  const some = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
  fc.assert(
    fc.property(some, some, (text, pattern) => {
      const same = pattern.replaceAll('*', '[^]*').replaceAll('?', '[^]');
      return glob(text, pattern) === new RegExp(`^${same}$`).test(text);
    }),
    { numRuns: 5_000 },
  );
  t.pass();
});

t.test('a pattern of more than 128 characters is an error, and so undecided', async (t) => {
  t.throws(() => glob('a', 'a'.repeat(129)), RangeError);
  t.ok(glob('a'.repeat(8_000), `*${'?'.repeat(126)}*`), 'the longest one');
});
