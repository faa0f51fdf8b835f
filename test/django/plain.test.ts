import t from 'tap';
import { Opaque } from '../../src/core/opaque.ts';
import { plain } from '../../src/django/plain.ts';

t.test('dicts become objects without a prototype, sets lists', async (t) => {
  const opaque = new Opaque('decimal.Decimal');
  const value = new Map<string, never>(
    Object.entries({ list: [new Map([['a', 1]])], set: new Set([1, 2]), opaque }) as [string, never][],
  );
  const record = plain(value) as Record<string, unknown>;
  t.equal(Object.getPrototypeOf(record), null);
  t.same({ ...record }, { list: [{ a: 1 }], set: [1, 2], opaque });
});

t.test('integer keys become digits, text goes first, other keys are left out', async (t) => {
  const value = new Map<null | number | string, string>([
    [1, 'integer'],
    [2, 'alone'],
    ['1', 'text'],
    [null, 'none'],
    [1.5, 'float'],
  ]);
  t.same({ ...(plain(value) as object) }, { 1: 'text', 2: 'alone' });
});
