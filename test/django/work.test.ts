import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { parseRecord } from '../../src/authenticate/record.ts';
import { UnreadableRecord } from '../../src/core/user.ts';
import { Budget, DEFAULT_LIMITS } from '../../src/django/budget.ts';
import { type CacheFormat, decodeCacheValue } from '../../src/django/cache-value.ts';
import { Undecodable } from '../../src/django/undecodable.ts';
import type { Value } from '../../src/django/value.ts';

/** As long as a value may be. */
const FULL = DEFAULT_LIMITS.bytes;
/** What one payment may be beyond the total: a copy of the longest text. */
const SLACK = FULL;

/** A beginning, a piece that is repeated up to the full length, and an end. */
type Shape = readonly [head: string, piece: string, tail: string];

const LONG_TEXT = `X\x00\x00\x01\x00${'a'.repeat(65_536)}`;
const NUMBERS = `(${Array.from({ length: 5_000 }, (_, i) => `M${String.fromCharCode(i & 255, i >> 8)}`).join('')}l`;
const PICKLES: readonly Shape[] = [
  ...[
    'N',
    ']',
    '}',
    ')',
    '\x8f',
    '(t',
    '(\x91',
    'N\x85',
    'NNN\x87',
    'I1\n',
    'L7L\n',
    'F1\n',
    'K\x01',
    `G${'\x40'.repeat(8)}`,
  ],
  ...[
    '\x8c\x01a',
    '\x8c\x02\xc3\xa9',
    '\x8c\x03\xed\xa0\x80',
    'V\\u00e9\n',
    'C\x00',
    'C\x08abcdefgh',
    `\x8a\x09${'w'.repeat(9)}`,
  ],
  ...[
    `I${'7'.repeat(4_300)}\n`,
    `\x8a\xff${'w'.repeat(255)}`,
    'ca\nb\n',
    'ca\nb\n)R',
    '(ia\nb\n',
    '(ca\nb\no',
    'cuuid\nUUID\n)\x81}Vint\nK\x05sb',
  ],
].map((piece): Shape => ['(', piece, 'l.']);
const COPIES: readonly Shape[] = [
  [`(c_codecs\nencode\nq\x00${LONG_TEXT}Vlatin1\n\x86q\x01`, 'h\x00h\x01R', 'l.'],
  [`(c__builtin__\nlist\nq\x00${NUMBERS}\x85q\x01`, 'h\x00h\x01R', 'l.'],
  [`(c__builtin__\nset\nq\x00${NUMBERS}\x85q\x01`, 'h\x00h\x01R', 'l.'],
  [`(c__builtin__\ngetattr\nq\x00cm\nn\nVx\n\x86q\x01`, 'h\x00h\x01R', 'l.'],
  [`(${LONG_TEXT}q\x00`, 'h\x00', 'l.'],
  ['N', '2', '.'],
  ['(N', '\x94', 'l.'],
  ['(N', 'r\xff\xff\xff\x7f', 'l.'],
  ['', '(', '.'],
  [']q\x00', '](h\x00h\x00h\x00eq\x00', '.'],
];
const JSON_TEXTS: readonly Shape[] = [
  ...[
    '1',
    '1.5',
    '1e5',
    '[]',
    '{}',
    '""',
    '"\\n"',
    '"\\ud83d\\ude00"',
    '"\xc3\xa9"',
    'null',
    'NaN',
    '12345678901234567890',
    '[[1]]',
    '{"a":1}',
  ],
  '7'.repeat(4_300),
].map((piece): Shape => ['[', `${piece},`, '1]']);
const LONG_JSON: readonly Shape[] = [
  ['"', 'a', '"'],
  ['"', '\\u00e9', '"'],
  ['[', ' ', ']'],
  ['{', '"a":1,', '"a":1}'],
  ['', '[', ''],
];
const MSGPACK: readonly Shape[] = [
  '\x01',
  '\x90',
  '\x80',
  '\xa1a',
  '\xa2\xc3\xa9',
  '\xc4\x01a',
  '\xd4\x01a',
  `\xcf${'\xff'.repeat(8)}`,
].map((piece): Shape => [`\xdd${'\x00\x0f\xff\xf0'}`, piece, '']);

const bytesOf = ([head, piece, tail]: Shape, length = FULL): Buffer =>
  Buffer.from(
    head + piece.repeat(Math.max(0, Math.floor((length - head.length - tail.length) / piece.length))) + tail,
    'latin1',
  );

/** What is in a value, each thing counted once, however often it is referred to: a lower bound of the work. */
function content(root: Value, seen = new Set<unknown>()): { values: number; bytes: number } {
  let [values, bytes] = [0, 0];
  const todo: Value[] = [root];
  for (let value = todo.pop(); value !== undefined; value = todo.pop()) {
    values++;
    if (typeof value === 'string' || value instanceof Uint8Array) bytes += value.length;
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array || seen.has(value))
      continue;
    seen.add(value);
    if (value instanceof Map) for (const [key, item] of value) todo.push(key, item);
    else if (Array.isArray(value) || value instanceof Set)
      for (const item of value as Iterable<Value>) todo.push(item);
  }
  return { values, bytes };
}

/** Undefined when a value keeps to its budget, and the budget is paid for what was made. */
function problem(bytes: Uint8Array, format: CacheFormat): string | undefined {
  const budget = new Budget();
  try {
    const { values, bytes: made } = content(decodeCacheValue(bytes, format, budget));
    if (budget.spent < values) return `${values} values for ${budget.spent} steps`;
    if (budget.spent < made / 16) return `${made} bytes for ${budget.spent} steps`;
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
  }
  return budget.spent > DEFAULT_LIMITS.work + SLACK ? `${budget.spent} steps` : undefined;
}

const all: [CacheFormat['serializer'] & string, readonly Shape[]][] = [
  ['pickle', [...PICKLES, ...COPIES]],
  ['json', [...JSON_TEXTS, ...LONG_JSON]],
  ['msgpack', MSGPACK],
];

for (const [serializer, shapes] of all) {
  t.test(`${serializer}: no value of full length does more work than its budget`, async (t) => {
    for (const shape of shapes)
      t.equal(
        problem(bytesOf(shape), { serializer, compressor: 'none' }),
        undefined,
        JSON.stringify(shape[1].slice(0, 40)),
      );
  });
}

t.test('pieces in any order, compressed or not, keep to the budget', async (t) => {
  const piece = fc.constantFrom(...PICKLES.map(([, text]) => text), ...COPIES.map(([, text]) => text));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(piece, fc.integer({ min: 1, max: 20_000 })), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...COPIES.map(([head]) => head)),
      fc.constantFrom<(bytes: Buffer) => Uint8Array>((bytes) => bytes, deflateSync, gzipSync),
      (pieces, head, compress) => {
        const text = pieces
          .map(([part, times]) => part.repeat(times))
          .join('')
          .slice(0, FULL - head.length - 2);
        const found = problem(compress(Buffer.from(`${head}${text}l.`, 'latin1')), { serializer: 'pickle' });
        if (found) throw new Error(found);
      },
    ),
    { numRuns: 150 },
  );
  t.pass('150 of them');
});

t.test('a record of any shape is read or unreadable, with all that becomes of it', async (t) => {
  const before = process.cpuUsage();
  let records = 0;
  for (const shape of all.flatMap(([, shapes]) => shapes)) {
    for (const bytes of [bytesOf(shape), bytesOf(shape, 20_000), deflateSync(bytesOf(shape))]) {
      records++;
      try {
        parseRecord(bytes);
      } catch (error) {
        if (!(error instanceof UnreadableRecord)) throw error;
      }
    }
  }
  const { user } = process.cpuUsage(before);
  // A deadline, not a measure: one of them alone used to take seconds.
  t.ok(
    user / 1_000 / records < 200,
    `${Math.round(user / 1_000 / records)} ms of CPU for each of ${records}`,
  );
});

t.test('a hash has the same budget over all of its fields', async (t) => {
  const fields = (count: number, text: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, text]));
  t.throws(() => parseRecord(fields(3, 'x'.repeat(FULL / 2))), UnreadableRecord, 'too long together');
  t.throws(
    () => parseRecord(fields(200, `[${'[],'.repeat(500)}1]`)),
    UnreadableRecord,
    'too much work together',
  );
  t.match(parseRecord({ id: '7', ...fields(50, '[1]') }), { id: '7', f0: [1] });
});
