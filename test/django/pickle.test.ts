import { deepStrictEqual } from 'node:assert';
import t, { type Test } from 'tap';
import { Opaque } from '../../src/core/opaque.ts';
import { decodePickle } from '../../src/django/pickle.ts';
import type { UndecodableReason } from '../../src/django/undecodable.ts';
import { ILL_FORMED_TEXT } from '../../src/django/value.ts';
import { bytesOf, decoded, type Encoded, refusal, vectors } from './vectors.ts';

interface Pickled extends Encoded {
  protocol: number;
}

/** A pickle as text, one character per byte. */
function pickle(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function refuses(t: Test, text: string, reason: UndecodableReason, name: string): void {
  t.equal(
    refusal(() => decodePickle(pickle(text))),
    reason,
    name,
  );
}

t.test('reads what Python writes, in every protocol', async (t) => {
  for (const vector of vectors<Pickled[]>('pickles.json')) {
    const value = decodePickle(bytesOf(vector));
    if (vector.what === 'many') {
      t.equal((value as Map<string, string>).size, 1500);
      t.equal((value as Map<string, string>).get('1499'), 'text 99');
      continue;
    }
    deepStrictEqual(value, decoded(vector.value), `${vector.what} in protocol ${vector.protocol}`);
    t.pass(`${vector.what} in protocol ${vector.protocol}`);
  }
});

t.test('whatever a pickle names is opaque: nothing is imported, looked up or called', async (t) => {
  const named: Record<string, [text: string, type: string]> = {
    'os.system by GLOBAL and REDUCE': ['cos\nsystem\n(Vtouch /tmp/owned\ntR.', 'os.system'],
    'os.system by STACK_GLOBAL': ['\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.', 'os.system'],
    'builtins.eval': ['\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.', 'builtins.eval'],
    'builtins.getattr alone': ['c__builtin__\ngetattr\n.', '__builtin__.getattr'],
    'what getattr finds': ['c__builtin__\ngetattr\n(cos\nenviron\nVget\ntR.', 'os.environ.get'],
    'a name with a prototype behind it': ['c__proto__\nconstructor\n)R.', '__proto__.constructor'],
    INST: ['(Vid\nios\nsystem\n.', 'os.system'],
    OBJ: ['(cos\nsystem\nVid\no.', 'os.system'],
    NEWOBJ_EX: ['cshop.models\nCart\n)}\x92.', 'shop.models.Cart'],
    'a type': ['cdatetime\ndatetime\n.', 'datetime.datetime'],
    'a call of what a call has made': ['cfunctools\npartial\n)R)R.', 'functools.partial'],
    'a set of what is not a list': ['c__builtin__\nset\n(Vabc\ntR.', '__builtin__.set'],
    'bytes of any length': ['c__builtin__\nbytes\n(I999999999\ntR.', '__builtin__.bytes'],
    'another codec': ['c_codecs\nencode\n(Vabc\nVrot13\ntR.', '_codecs.encode'],
    'what an app puts into its own dict': ['cshop\nCart\n)\x81(Va\nI1\nu}b.', 'shop.Cart'],
    'and into its own list': ['cshop\nCart\n)\x81I1\na(I2\ne.', 'shop.Cart'],
  };
  for (const [name, [text, type]] of Object.entries(named)) {
    const value = decodePickle(pickle(text));
    t.ok(value instanceof Opaque && value.type === type, name);
  }
  t.same(
    decodePickle(pickle('](cshop\nStatus\nVopen\n\x85Re.')),
    [new Opaque('shop.Status')],
    'within a list',
  );
});

t.test('what reaches outside of the pickle is refused', async (t) => {
  const outside: Record<string, string> = {
    PERSID: 'P1\n.',
    BINPERSID: 'K\x01Q.',
    EXT1: '\x82\x01.',
    EXT4: '\x84\x01\x00\x00\x00.',
    NEXT_BUFFER: '\x97.',
    STRING: "S'a'\n.",
  };
  for (const [name, text] of Object.entries(outside)) refuses(t, text, 'refused', name);
});

t.test('items are repeated, dropped and remembered out of turn', async (t) => {
  t.same(decodePickle(pickle('](K\x01K\x022e.')), [1, 2, 2], 'DUP');
  t.same(decodePickle(pickle('](K\x01K\x020e.')), [1], 'POP');
  t.same(decodePickle(pickle(']((0K\x02e.')), [2], 'POP of a mark');
  t.same(decodePickle(pickle('](K\x01(NN1K\x02e.')), [1, 2], 'POP_MARK');
  t.same(
    decodePickle(pickle('](K\x01r\xff\xff\xff\xff0j\xff\xff\xff\xffe.')),
    [1],
    'LONG_BINPUT of any index',
  );
  t.same(decodePickle(pickle('](K\x01q\x050K\x02\x940h\x05h\x01e.')), [1, 2], 'MEMOIZE counts what is there');
});

t.test('text that UTF-8 cannot hold is opaque', async (t) => {
  for (const text of [
    '\x8c\x03\xed\xa0\x80.',
    '\x8c\x05a\xed\xb0\x80b.',
    'Vx\\ud800\n.',
    'V\\ud83d\\ude00\n.',
  ])
    t.equal(decodePickle(pickle(text)), ILL_FORMED_TEXT, JSON.stringify(text));
  t.equal(decodePickle(pickle('V\\U0001f600\n.')), '\u{1f600}');
});

t.test('refuses what no pickler writes', async (t) => {
  const broken: Record<string, string> = {
    nothing: '',
    'no end': 'N',
    'an unknown opcode': '\xffN.',
    'an unknown protocol': '\x80\x06N.',
    'an empty stack': '.',
    'two values': 'NN.',
    'a mark that is left': '(N.',
    'a pop through a mark': 'N(a.',
    'no mark': 'Nt.',
    'a memo entry that is not there': 'h\x00.',
    'a negative memo index': 'Np-1\n.',
    'a list that is a tuple': ')Na.',
    'a dict that is a list': ']NNs.',
    'a key without a value': '}(Nu.',
    'a key that is a list': '}]Ns.',
    'a member that is a dict': '\x8f(}\x90.',
    'an integer that is none': 'Iabc\n.',
    'a float that is none': 'F1,5\n.',
    'a long text that is not there': 'X\xff\xff\xff\xff.',
    'a text longer than any memory': '\x8d\xff\xff\xff\xff\xff\xff\xff\xff.',
    'bytes that are not there': '\x8e\x00\x00\x00\x00\x00\x01\x00\x00.',
    'text that is not UTF-8': '\x8c\x01\xff.',
    'half a surrogate pair beside what is not UTF-8': '\x8c\x04\xed\xa0\x80\xff.',
    'a broken character around half a surrogate pair': '\x8c\x06\xe2\xed\xa0\x80\x82\xac.',
    'a call of a text': 'Vos.system\n)R.',
    'a call without arguments': 'cshop\nCart\nNR.',
    'a broken escape': 'V\\u12\n.',
    'an escape beyond Unicode': 'V\\U00110000\n.',
    'Python 2 text that is not ASCII': 'U\x01\xe9.',
    'a frame that is not there': '\x80\x04\x95\xff\x00\x00\x00\x00\x00\x00\x00N.',
  };
  for (const [name, text] of Object.entries(broken)) refuses(t, text, 'malformed', name);
});

t.test('stays small whatever a pickle says', async (t) => {
  const laughs = `]q\x00${Array.from({ length: 30 }, (_, i) => `](${`h${String.fromCharCode(i)}`.repeat(10)}eq${String.fromCharCode(i + 1)}`).join('')}`;
  refuses(t, `(${laughs}l.`, 'limit', 'ten lists of ten lists, thirty times');
  refuses(t, ']q\x00h\x00a.', 'limit', 'a list in itself');
  refuses(t, '}q\x00Vself\nh\x00s.', 'limit', 'a dict in itself');
  refuses(t, `${']'.repeat(100)}${'a'.repeat(99)}.`, 'limit', 'a hundred lists in each other');
  refuses(t, `(${'N'.repeat(200_000)}l.`, 'limit', 'too many values');
  refuses(t, '('.repeat(200_000), 'limit', 'too many marks');
  refuses(t, `N${'\x94'.repeat(200_000)}.`, 'limit', 'too large a memo');
  refuses(t, `X\x00\x00\x20\x00${'x'.repeat(1 << 21)}.`, 'limit', 'too long a record');
  refuses(t, `I${'9'.repeat(5000)}\n.`, 'malformed', 'an integer of 5,000 digits');
  const huge = decodePickle(pickle(`\x8b\x00\x10\x00\x00${'\x7f'.repeat(4096)}.`));
  t.same(huge, new Opaque('builtins.int'), 'an integer of 32,768 bits');
  refuses(t, `c${'m'.repeat(1000)}\nname\n.`, 'malformed', 'a name longer than any');
});

t.test('no key reaches a prototype', async (t) => {
  const value = decodePickle(pickle('}(V__proto__\n}Vis_staff\n\x88sVconstructor\nNu.')) as Map<
    string,
    unknown
  >;
  t.same([...value.keys()], ['__proto__', 'constructor']);
  t.equal(({} as { is_staff?: boolean }).is_staff, undefined);
});

t.test('a failure never quotes the record', async (t) => {
  for (const text of ['csecret\nsecret\n)', 'Isecret\n.', 'Vsecret\n', 'V\\usecret\n.']) {
    try {
      decodePickle(pickle(text));
      t.fail(text);
    } catch (error) {
      t.notMatch(String(error), /secret/);
    }
  }
});
