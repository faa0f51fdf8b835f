import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { parseAllDocuments } from 'yaml';
import { readPlainYaml } from '../../src/config/plain-yaml.ts';
import { nodesOf, type YamlNode } from '../../src/config/yaml-nodes.ts';

const ROOT = new URL('../../../', import.meta.url);

/** The library's nodes, or undefined where it has the least doubt. */
function byLibrary(text: string): YamlNode | undefined {
  const parsed = parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent', uniqueKeys: false });
  const [document, second] = Array.isArray(parsed) ? parsed : [];
  if (!document || second || document.errors.length > 0 || document.warnings.length > 0) return undefined;
  return nodesOf(document);
}

/** What both readers must agree on: values, and where they begin; scalars also in where they end. */
function comparable(node: YamlNode | undefined): unknown {
  if (node === undefined || node.kind === 'alias') return node;
  const { kind, start } = node;
  // A value that is not there stands nowhere in particular.
  if (node.kind === 'scalar')
    return node.end === start ? [kind, node.value] : [kind, start, node.end, node.value];
  if (node.kind === 'seq') return [kind, start, node.items.map(comparable)];
  return [kind, start, node.items.map(({ key, value }) => [comparable(key), comparable(value)])];
}

/** Undefined when the plain reader has left the text to the library. */
function agrees(text: string): boolean | undefined {
  const plain = readPlainYaml(text);
  if (plain === undefined) return undefined;
  return JSON.stringify(comparable(plain)) === JSON.stringify(comparable(byLibrary(text)));
}

t.test('files as people write them are read here', async (t) => {
  const examples = readdirSync(new URL('config/', ROOT), { recursive: true, encoding: 'utf8' });
  const files = examples.filter((name) => name.endsWith('.yaml'));
  t.equal(agrees(readFileSync(new URL('config/routes.yaml', ROOT), 'utf8')), true);
  for (const file of files) t.not(agrees(readFileSync(new URL(`config/${file}`, ROOT), 'utf8')), false, file);
  const broken = readdirSync(new URL('test/config/broken/', ROOT)).filter((name) => name.endsWith('.yaml'));
  for (const file of broken)
    t.not(agrees(readFileSync(new URL(`test/config/broken/${file}`, ROOT), 'utf8')), false, file);
});

t.test('what is plain', async (t) => {
  const plain = [
    'a: 1',
    'a: 1\n',
    'a:\n  b: c\n  d:\n    - e\n    - f: g\n      h: i\n\n# comment\nj: k # comment\n',
    'a:\n- b\n- c: d\n  e: f\ng: h\n',
    "a: { b: c, d: [e, \"f\", 'g''h'], i: {} }\nj: []\n",
    'a: http://127.0.0.1:8000\nb: 3/m\nc: -1/m\nd: token:{token}\ne: x#y\nf: a b  c\n',
    'a:\nb: ~\nc: null\nd: true\ne: False\nf: -7\ng: 10.0.0.0/8\nh: "5"\ni: 9007199254740993\n',
    '"a b": c\n\'d\': e\n7: f\nx-y.z: g\n<<: h\n__proto__: i\n',
    'a: żółć\n',
    'a:   b   \n\n\n   # indented comment\nc: d',
  ];
  for (const text of plain) t.equal(agrees(text), true, JSON.stringify(text));
});

t.test('what is left to the library', async (t) => {
  const others = [
    '',
    '# nothing',
    'a',
    '- a',
    '---\na: 1',
    'a: 1\n...\n',
    '%YAML 1.1\n---\na: 1',
    'a: &x 1',
    'a: *x',
    'a: !file x',
    'a: |\n  b\n',
    'a: >\n  b\n',
    'a: b\n  c\n',
    'a: "b\n  c"\n',
    'a: [b,\n  c]\n',
    'a: "\\n"',
    'a: b: c',
    '? a\n: b',
    'a: {b}',
    'a: [b: c]',
    'a: [b,]',
    'a: {b: c,}',
    'a: {"b":c}',
    'a: 0x1f',
    'a: 1.5',
    'a: 1e3',
    'a: 007',
    'a: .inf',
    'a: @b',
    'a: `b`',
    'a: %b',
    'a:\tb',
    'a: b\r\n',
    '\ufeffa: b',
    'a: 1\n b: 2',
    'a:\n  b: 1\n c: 2\n',
    'a: {{b}}',
    'a: "b" c',
    'a: "b"#c',
    'a: [b]#c',
    'a:\n  - b\n - c\n',
    '- - a',
    'a:\n  -\n    b: c\n',
    `${'['.repeat(99)}`,
    'a: 😀',
  ];
  for (const text of others) t.equal(agrees(text), undefined, JSON.stringify(text));
});

const word = fc.constantFrom(
  'a',
  'b',
  'key',
  'x-y',
  '7',
  '-1',
  '"q"',
  "'s'",
  'true',
  '~',
  'http://h:1',
  '3/m',
  '{',
  '}',
  '[',
  ']',
);
const piece = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 3, arbitrary: fc.constantFrom(': ', ':', ', ', ',', ' ', '  ', '- ', '-') },
  { weight: 3, arbitrary: fc.constantFrom('\n', '\n  ', '\n    ', '\n- ', '\n  - ', ':\n  ', '\n\n') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('#', ' # c', '"', "'", '&', '*', '!', '|', '?', '.', '%', '\\', '---', '<<'),
  },
);

t.test('whatever is written, both readers agree, or this one gives up', async (t) => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 14 }), (pieces) => {
      const verdict = agrees(`k: ${pieces.join('')}`);
      if (verdict) read++;
      return verdict !== false;
    }),
    { numRuns: 6_000 },
  );
  t.ok(read > 300, `${read} of them were plain`);
});

t.test('lines put together at random, too', async (t) => {
  const line = fc.tuple(
    fc.constantFrom('', '', '', '  ', '    ', '   '),
    fc.constantFrom('', '', '', '- ', '-   ', '- - '),
    fc.constantFrom(
      'a: 1',
      'b:',
      'c: { d: e, f: [g] }',
      '"h": i # j',
      'k',
      '# l',
      "'m': 'n'",
      'o: [ p ,q ]',
      '',
      '{ r: s }',
      't:u',
      'v :w',
      'x : y',
    ),
  );
  let read = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
      const verdict = agrees(`z: 1\n${lines.map((parts) => parts.join('')).join('\n')}`);
      if (verdict) read++;
      return verdict !== false;
    }),
    { numRuns: 6_000 },
  );
  t.ok(read > 300, `${read} of them were plain`);
});
