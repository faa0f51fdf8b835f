import fc from 'fast-check';
import t from 'tap';
import { Opaque } from '../../src/core/opaque.ts';
import { decodeMsgpack } from '../../src/django/msgpack.ts';
import { Undecodable } from '../../src/django/undecodable.ts';
import { refusal } from './vectors.ts';

const read = (...bytes: number[]) => decodeMsgpack(Uint8Array.from(bytes));

t.test('reads every type that Python writes', async (t) => {
  t.equal(read(0xca, 0x3f, 0xc0, 0, 0), 1.5);
  t.equal(read(0xcf, 0, 0x20, 0, 0, 0, 0, 0, 1), 9007199254740993n);
  t.equal(read(0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe), -2);
  t.equal(read(0xd1, 0xff, 0x7f), -129);
  t.same(read(0xdc, 0, 2, 1, 2), [1, 2]);
  t.same(read(0xdf, 0, 0, 0, 1, 0xa1, 0x61, 0xc0), new Map([['a', null]]));
  t.same(read(0xc5, 0, 1, 0xff), Uint8Array.of(0xff));
  t.same(read(0xd6, 0xff, 0, 0, 0, 0), new Opaque('msgpack.Timestamp'));
  t.same(read(0x92, 0xc7, 2, 5, 0, 0, 1), [new Opaque('msgpack.ExtType'), 1]);
});

t.test('refuses what msgpack.loads refuses', async (t) => {
  t.equal(
    refusal(() => read()),
    'malformed',
    'nothing',
  );
  t.equal(
    refusal(() => read(0xc1)),
    'refused',
    'the type that is never used',
  );
  t.equal(
    refusal(() => read(0x81, 1, 1)),
    'malformed',
    'a key that is an integer',
  );
  t.equal(
    refusal(() => read(0xc0, 0xc0)),
    'malformed',
    'two values',
  );
  t.equal(
    refusal(() => read(0xa1, 0xff)),
    'malformed',
    'text that is not UTF-8',
  );
  t.equal(
    refusal(() => read(0xdd, 0xff, 0xff, 0xff, 0xff)),
    'malformed',
    'a list that is not there',
  );
  t.equal(
    refusal(() => read(...Array<number>(200).fill(0x91))),
    'limit',
    'deep',
  );
});

t.test('any bytes are read or refused, and nothing else', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        decodeMsgpack(bytes);
      } catch (error) {
        if (!(error instanceof Undecodable)) throw error;
      }
    }),
    { numRuns: 5000 },
  );
  t.pass();
});
