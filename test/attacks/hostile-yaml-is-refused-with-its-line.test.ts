import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { compileOnly, InvalidConfiguration, loadText } from '../../src/config/load.ts';
import { search } from '../support/runs.ts';

// CVE-2026-33532

/** `${…}` as it stands in a file. */
const reference = (text: string) => `\${${text}}`;

/** The problems of a file, each with its line and column; undefined for a file that can be served. */
function problemsOf(text: string): readonly { line: number; column: number; message: string }[] | undefined {
  try {
    const loaded = loadText(text, '/nowhere/routes.yaml', { SECRET: 's'.repeat(64) });
    const { upstreams } = compileOnly(loaded);
    for (const upstream of upstreams.values()) void upstream.close();
    return undefined;
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.problems.list;
    throw error;
  }
}

const BASE = `version: 1
store: memory
upstreams: { shop: "http://127.0.0.1:1" }
authenticators:
  token: { type: redis-token }
  jwt: { type: jwt, algorithms: [HS256], secret: "\${SECRET}", claims: { id: sub } }
permissions:
  vip: { when: 'user.is_vip == 1', message: Only VIPs. }
throttles:
  user: { rates: { default: 10/m, "group:vip": 100/m }, by: user }
defaults:
  authenticate: [token, jwt]
  identify: { X-User: "{user.id}" }
routes:
  - { id: books, path: /books/**, methods: [GET], permit: anyone, forward: shop }
  - id: orders
    path: /users/:id/orders/**
    permit: { any: [vip, { owner: id }] }
    throttle: [user, { rate: 10/s, by: ip }]
    forward: { upstream: shop, strip_prefix: /users }
`;

t.test('the files that the generator starts from are good', async (t) => {
  t.equal(problemsOf(BASE), undefined);
  t.equal(problemsOf(readFileSync('config/routes.yaml', 'utf8')), undefined);
});

t.test('what other readers of YAML understand differently is refused where it stands', async (t) => {
  const bomb = Array.from(
    { length: 12 },
    (_, level) =>
      `l${level}: &a${level} [${
        level === 0
          ? 'x'
          : Array(10)
              .fill(`*a${level - 1}`)
              .join()
      }]`,
  ).join('\n');
  const cases: [name: string, text: string, line: number][] = [
    ['an alias bomb', `${BASE}records:\n${bomb.replaceAll(/^/gm, '  ')}\n`, 27],
    ['depth', `${BASE}records:\n  x: ${'['.repeat(100)}${']'.repeat(100)}\n`, 22],
    ['a key twice', `${BASE}version: 1\n`, 21],
    ['a key twice, deep', BASE.replace('by: user }', 'by: user, by: ip }'), 10],
    ['an unknown key', BASE.replace('by: user }', 'bye: user }'), 10],
    ['a merge key', BASE.replace('id: orders\n', 'id: orders\n    <<: { permit: anyone }\n'), 17],
    ['__proto__', `${BASE}__proto__: { polluted: true }\n`, 21],
    ['__proto__, deep', BASE.replace('claims: {', 'claims: { __proto__: { id: x },'), 6],
    ['a tag of code', BASE.replace('anyone', '!!js/function "function () {}"'), 15],
    ['an unknown tag', BASE.replace('anyone', '!env HOME'), 15],
    ['YAML 1.1', `%YAML 1.1\n---\n${BASE}`, 1],
    ['a tag directive', `%TAG ! tag:evil.test,2026:\n---\n${BASE}`, 1],
    ['two documents', `${BASE}---\n${BASE}`, 21],
    ['beyond 2^53', BASE.replace('version: 1', 'version: 9007199254740993'), 1],
    ['yes for a boolean', BASE.replace('strip_prefix: /users', 'websocket: yes'), 20],
    ['an alias of nothing', BASE.replace('anyone', '*nothing'), 15],
    ['an alias of itself', `${BASE}records: &r { a: *r }\n`, 21],
    ['a tab for indentation', BASE.replace('    path:', '\tpath:'), 17],
    ['an unset variable', BASE.replace('SECRET', 'NOT_SET'), 6],
    ['a file that is not there', BASE.replace(`"${reference('SECRET')}"`, '!file /nowhere/secret'), 6],
    ['an upstream named by the request', BASE.replace('http://127.0.0.1:1', 'http://{request.host}'), 3],
    ['a regular expression', BASE.replace('user.is_vip == 1', 'request.path.matches("^(a+)+$")'), 8],
    ['empty', '', 1],
    ['nothing but a comment', '# nothing\n', 1],
    ['text', 'routes', 1],
    ['NUL', `${BASE}\0: x\n`, 21],
  ];
  for (const [name, text, line] of cases) {
    const problems = problemsOf(text);
    t.ok(
      problems?.some((problem) => problem.line === line && problem.column >= 1),
      `${name}: ${JSON.stringify(problems?.slice(0, 3))}`,
    );
  }
  t.equal(({} as { polluted?: boolean }).polluted, undefined);
});

t.test('large nonsense ends', async (t) => {
  for (const [open, close] of [
    ['[', ']'],
    ['{a: ', '}'],
    ['- ', ''],
    ['? ', ''],
    ['&a ', ''],
    ['!x ', ''],
    ['"', ''],
    ["'", "'"],
    ['|\n', ''],
    ['*a ', ''],
    ['a: ', ''],
  ] as const) {
    const problems = problemsOf(`${open.repeat(20_000)}${close.repeat(20_000)}`);
    t.ok((problems?.length ?? 0) > 0, open);
  }
  const stairs = Array.from({ length: 2_000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n');
  for (const deep of [
    stairs,
    `${stairs}\nroutes: []\n`,
    `${'- '.repeat(100_000)}\nroutes: []\n`,
    'a: [\n'.repeat(20_000),
    `records: { a: ${'[{b: '.repeat(10_000)}`,
  ])
    t.match(problemsOf(deep), [{ message: /nested more than 100 deep|not closed/ }], deep.slice(0, 20));
  const aliases = `records: { a: &a x, ${Array.from({ length: 20_000 }, (_, index) => `k${index}: *a`).join()} }\n${BASE}`;
  t.equal(problemsOf(aliases), undefined);
});

const PIECES = [
  ...':-[]{}&*!|>\'"%@`,#?=\\',
  '\n',
  '\t',
  '\r',
  '\0',
  ' ',
  '  ',
  '\n  ',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '*a',
  '&a ',
  '<<: *a',
  '!!js/function',
  '!!binary',
  '!!set',
  '!!python/object:os.system',
  '__proto__',
  'constructor',
  'toString',
  'yes',
  'null',
  '~',
  '.inf',
  '.nan',
  '-0',
  '1e999',
  '0x10',
  '0o7',
  '9007199254740993',
  '${',
  reference('X'),
  reference('SECRET'),
  reference('X:-y'),
  '{user.id}',
  '{{',
  '/**',
  '/../',
  '//',
  ':id',
  '\ufeff',
  '\u2028',
  'é',
  '🦊',
  '\ud800',
  '[]',
  '{}',
  '""',
];

const edit = fc.tuple(
  fc.nat(),
  fc.constantFrom('insert', 'cut', 'replace', 'double', 'move'),
  fc.constantFrom(...PIECES),
  fc.nat(40),
);
const files = fc
  .tuple(
    fc.constantFrom(BASE, readFileSync('config/routes.yaml', 'utf8')),
    fc.array(edit, { minLength: 1, maxLength: 4 }),
  )
  .map(([base, edits]) =>
    edits.reduce((text, [where, kind, piece, length]) => {
      const at = where % (text.length + 1);
      const rest = text.slice(at + length);
      if (kind === 'insert') return text.slice(0, at) + piece + text.slice(at);
      if (kind === 'cut') return text.slice(0, at) + rest;
      if (kind === 'replace') return text.slice(0, at) + piece + rest;
      if (kind === 'double') return text.slice(0, at) + text.slice(at, at + length).repeat(2) + rest;
      return text.slice(0, at) + rest + text.slice(at, at + length);
    }, base),
  );

t.test('a mutated file is a configuration, or a list of problems with their places', async (t) => {
  await search(t, 'files', {
    values: files,
    tries: 1_500,
    judge(texts) {
      return texts.flatMap((text) => {
        try {
          const problems = problemsOf(text);
          const placed = (problems ?? []).filter(
            ({ line, column, message }) =>
              line >= 1 && column >= 1 && line <= text.split(/\r\n?|\n/).length + 1 && message !== '',
          );
          return problems === undefined || (problems.length > 0 && placed.length === problems.length)
            ? []
            : [JSON.stringify(problems)];
        } catch (error) {
          return [`threw ${error instanceof Error ? error.stack : error}`];
        }
      });
    },
  });
  t.equal(({} as { polluted?: boolean }).polluted, undefined);
});
