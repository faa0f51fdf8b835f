import fc from 'fast-check';
import t from 'tap';
import { decodePickle } from '../../src/django/pickle.ts';
import { plain } from '../../src/django/plain.ts';
import { Undecodable } from '../../src/django/undecodable.ts';
import { bytesOf, type Encoded, vectors } from './vectors.ts';

const seeds = vectors<Encoded[]>('pickles.json')
  .filter(({ what }) => what !== 'many')
  .map(bytesOf);

/** Every opcode of every protocol, so that mutations hit machinery and not only texts. */
const OPCODES = Array.from(
  '(.012FGIJKLMNPQRSTUVX\\]abcdeghijlopqrstu}BC\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98)',
  (code) => code.charCodeAt(0),
);

const byte = fc.oneof(fc.constantFrom(...OPCODES), fc.integer({ min: 0, max: 255 }));

type Mutation = { at: number; remove: number; insert: number[] };

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 6 }),
  insert: fc.array(byte, { maxLength: 8 }),
});

function mutate(pickle: Buffer, mutations: Mutation[]): Buffer {
  const bytes = [...pickle];
  for (const { at, remove, insert } of mutations)
    bytes.splice(Math.floor(at * bytes.length), remove, ...insert);
  return Buffer.from(bytes);
}

/** Whatever happens, it is a value of bounded size or an Undecodable. */
function survives(bytes: Buffer): boolean {
  try {
    JSON.stringify(plain(decodePickle(bytes)), (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
  }
  return true;
}

t.test('mutated pickles are read or refused, and nothing else', async (t) => {
  const before = process.memoryUsage().heapUsed;
  // A failure prints the seed and the smallest pickle that shows it.
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(mutation, { minLength: 1, maxLength: 6 }),
      (seed, mutations) => survives(mutate(seed, mutations)),
    ),
    { numRuns: 20_000 },
  );
  t.ok(process.memoryUsage().heapUsed - before < 300e6, 'memory stays bounded');
});

t.test('opcodes in any order are read or refused, and nothing else', async (t) => {
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => survives(Buffer.from([...bytes, 0x2e]))),
    { numRuns: 20_000 },
  );
  t.pass('20,000 of them');
});
