import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import t from 'tap';
import { decodeJson } from '../../src/django/json.ts';
import { plain } from '../../src/django/plain.ts';
import { refusal } from './vectors.ts';

const read = (text: string) => decodeJson(Buffer.from(text));

/** As JSON.parse would have rounded it. */
const exact = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

t.test('agrees with JSON.parse wherever that is exact', async (t) => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      deepStrictEqual(JSON.stringify(plain(read(text)), exact), JSON.stringify(JSON.parse(text)));
    }),
  );
  t.pass();
});

t.test('keeps integers exact and reads what Python writes', async (t) => {
  t.equal(read('9007199254740993'), 9007199254740993n);
  t.equal(read('-9007199254740991'), -9007199254740991);
  t.equal(read('1.0'), 1);
  t.ok(Number.isNaN(read(' NaN\n')));
  t.equal(read('-Infinity'), -Infinity);
  t.same(read('{"a": 1, "a": 2}'), new Map([['a', 2]]));
});

t.test('refuses what json.loads refuses', async (t) => {
  const broken = [
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "'a'",
    '01',
    '1.',
    '.5',
    '+1',
    '"\n"',
    '"\\x41"',
    '[1]x',
    'None',
    '\ufeff1',
    '{"a"}',
    '[1 2]',
  ];
  for (const text of broken)
    t.equal(
      refusal(() => read(text)),
      'malformed',
      JSON.stringify(text),
    );
  t.equal(
    refusal(() => decodeJson(Buffer.from([0x22, 0xff, 0x22]))),
    'malformed',
    'not UTF-8',
  );
  t.equal(
    refusal(() => read('['.repeat(100_000))),
    'limit',
    'deep',
  );
  t.equal(
    refusal(() => read('9'.repeat(5000))),
    'limit',
    'many digits',
  );
});

t.test('no key reaches a prototype', async (t) => {
  const record = plain(read('{"__proto__": {"is_staff": true}}')) as object;
  t.equal(Object.getPrototypeOf(record), null);
  t.same(Object.keys(record), ['__proto__']);
  t.equal(({} as { is_staff?: boolean }).is_staff, undefined);
});
