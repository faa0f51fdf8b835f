import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { COMPRESSORS, type Compressor, decompress } from '../../src/django/compression.ts';
import { Undecodable } from '../../src/django/undecodable.ts';
import { budgetOf, refusal, vectors } from './vectors.ts';

interface Compressed {
  what: string;
  compressor: Compressor;
  variant: number;
  bytes: string;
}

const { raw, compressed } = vectors<{ raw: Record<string, string>; compressed: Compressed[] }>(
  'compressed.json',
);

function rawOf(what: string): Buffer {
  return gunzipSync(Buffer.from(raw[what] ?? '', 'base64'));
}

t.test('undoes what Python compresses, told how or not', async (t) => {
  for (const { what, compressor, variant, bytes } of compressed) {
    const name = `${what} by ${compressor} ${variant}`;
    for (const told of [compressor, 'auto'] as const) {
      t.ok(rawOf(what).equals(decompress(Buffer.from(bytes, 'base64'), told)), `${name}, ${told}`);
    }
  }
});

t.test('what does not decompress is taken as it is', async (t) => {
  const session = rawOf('session');
  for (const compressor of COMPRESSORS) t.equal(decompress(session, compressor), session, compressor);
  t.equal(decompress(session, 'auto'), session);
  for (const { compressor, bytes } of compressed.filter(({ what }) => what === 'words')) {
    const cut = Buffer.from(bytes, 'base64').subarray(0, -9);
    t.equal(decompress(cut, compressor), cut, `${compressor}, cut off`);
  }
});

t.test('stops at the limit', async (t) => {
  const limits = { bytes: 80_000 };
  for (const { compressor, variant, bytes } of compressed.filter(({ what }) => what === 'run')) {
    t.equal(
      refusal(() => decompress(Buffer.from(bytes, 'base64'), compressor, budgetOf(limits))),
      'limit',
      `${compressor} ${variant}`,
    );
  }
  const bomb = gzipSync(Buffer.alloc(64 << 20));
  t.equal(
    refusal(() => decompress(bomb, 'auto')),
    'limit',
    'a bomb',
  );
  t.equal(
    refusal(() => decompress(Buffer.alloc(limits.bytes + 1), 'none', budgetOf(limits))),
    'limit',
    'a long record',
  );
});

t.test('broken data is taken as it is or too long, and nothing else', async (t) => {
  const originals = compressed
    .filter(({ compressor, what }) => compressor !== 'zlib' && compressor !== 'gzip' && what !== 'noise')
    .map(({ compressor, bytes }) => ({ compressor, bytes: Buffer.from(bytes, 'base64') }));
  const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  });
  const start = Date.now();
  fc.assert(
    fc.property(fc.constantFrom(...originals), changes, ({ compressor, bytes }, changed) => {
      const broken = Buffer.from(bytes);
      for (const [at, value] of changed) broken[Math.floor(at * (broken.length - 1))] = value;
      try {
        decompress(broken, compressor);
      } catch (error) {
        if (!(error instanceof Undecodable && error.reason === 'limit')) throw error;
      }
    }),
    { numRuns: 2000 },
  );
  t.ok(Date.now() - start < 60_000, 'none hangs');
});

t.test('a zstd block that copies endlessly stops at the limit', async (t) => {
  const header = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
  const stored = [4 << 3, 0, 0, ...Buffer.from('abcd')];
  // No literals, 65,024 sequences whose codes take no bits: each copies 34 bytes from the last offset.
  const sequences = [0x00, 0xff, 0x00, 0x7f, 0x54, 0, 0, 31, 0x01];
  const block = [(sequences.length << 3) | (2 << 1) | 1, 0, 0, ...sequences];
  const frame = Buffer.from([...header, ...stored, ...block]);
  t.equal(
    refusal(() => decompress(frame, 'zstd')),
    'limit',
  );
  t.equal(decompress(frame, 'zstd', budgetOf({ bytes: 3 << 20, work: 3_000_000 })).length, 4 + 65_024 * 34);
});
