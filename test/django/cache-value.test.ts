import { deepStrictEqual } from 'node:assert';
import { deflateSync } from 'node:zlib';
import t from 'tap';
import { decodeCacheValue, type Serializer } from '../../src/django/cache-value.ts';
import { Undecodable } from '../../src/django/undecodable.ts';
import { budgetOf, bytesOf, decoded, type Encoded, refusal, vectors } from './vectors.ts';

const serialized = vectors<(Encoded & { serializer: Serializer })[]>('serialized.json');
const pickles = vectors<(Encoded & { protocol: number })[]>('pickles.json').filter(
  ({ what }) => what !== 'many',
);

t.test('reads what django-redis writes, told how or not', async (t) => {
  const all = [...serialized, ...pickles.map((vector) => ({ ...vector, serializer: 'pickle' as const }))];
  for (const vector of all) {
    const bytes = bytesOf(vector);
    const expected = decoded(vector.value);
    deepStrictEqual(
      decodeCacheValue(bytes, { serializer: vector.serializer, compressor: 'none' }),
      expected,
      vector.what,
    );
    deepStrictEqual(decodeCacheValue(bytes), expected, `${vector.what}, not told`);
    deepStrictEqual(decodeCacheValue(deflateSync(bytes)), expected, `${vector.what}, compressed, not told`);
    t.pass(`${vector.what} by ${vector.serializer}`);
  }
});

t.test('reads integers as Python does, before anything else', async (t) => {
  const integers: [string, number | bigint][] = [
    ['5', 5],
    [' 5 ', 5],
    ['5\n', 5],
    ['\t\v\f\r5', 5],
    ['+5', 5],
    ['-5', -5],
    ['1_0', 10],
    ['007', 7],
    ['9007199254740993', 9007199254740993n],
    ['-1180591620717411303424', -1180591620717411303424n],
  ];
  for (const [text, value] of integers) {
    for (const serializer of ['pickle', 'json', 'msgpack', 'auto'] as const) {
      t.equal(decodeCacheValue(Buffer.from(text), { serializer }), value, JSON.stringify(text));
    }
  }
  for (const text of ['', '5.0', '0x5', '5 5', '_5', '5_', '5__0', '+', '\u00a05']) {
    t.throws(
      () => decodeCacheValue(Buffer.from(text), { serializer: 'pickle' }),
      Undecodable,
      JSON.stringify(text),
    );
  }
});

t.test('a value that another serializer has written is refused', async (t) => {
  for (const { what, serializer, bytes } of serialized.filter(({ what }) => what === 'session')) {
    for (const other of (['pickle', 'json', 'msgpack'] as const).filter((name) => name !== serializer)) {
      t.throws(
        () => decodeCacheValue(Buffer.from(bytes, 'base64'), { serializer: other }),
        Undecodable,
        `${what} as ${other}`,
      );
    }
  }
});

t.test('the limits hold for the bytes before and after decompression', async (t) => {
  const limits = { bytes: 100, work: 250, depth: 3 };
  t.equal(
    refusal(() => decodeCacheValue(Buffer.alloc(101, ' '), {}, budgetOf(limits))),
    'limit',
  );
  t.equal(
    refusal(() => decodeCacheValue(deflateSync(Buffer.alloc(101, ' ')), {}, budgetOf(limits))),
    'limit',
  );
  for (const text of ['[[[[1]]]]', '[1,2,3,4,5,6,7,8,9,1,2,3,4]']) {
    t.equal(
      refusal(() => decodeCacheValue(Buffer.from(text), {}, budgetOf(limits))),
      'limit',
      text,
    );
  }
});
