import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { type Environment, substitute } from '../../src/yaml/environment.ts';
import { parseYaml } from '../../src/yaml/parse.ts';

function substituted(
  text: string,
  env: Environment,
): { text: string | undefined; problems: string[]; concealed: string[] } {
  const problems: string[] = [];
  const concealed: string[] = [];
  const result = substitute(text, {
    env,
    report: (message) => problems.push(message),
    conceal: (value, shown) => concealed.push(`${value} as ${shown}`),
  });
  return { text: result, problems, concealed };
}

function parsed(yaml: string, env: Environment = {}, directory = '/'): { value: unknown; problems: string } {
  const { value, problems } = parseYaml({ text: yaml, file: 'routes.yaml', directory, env });
  return { value: JSON.parse(JSON.stringify(value ?? null)), problems: problems.toString() };
}

t.test('a name stands for its value, anywhere in a text and more than once', async (t) => {
  const { text, problems, concealed } = substituted('a ${A}-${B}${A} $A {A} $$', { A: 'x', B: 'y' });
  t.equal(text, 'a x-yx $A {A} $$');
  t.same(problems, []);
  t.same(concealed, ['x as ${A}', 'y as ${B}', 'x as ${A}']);
});

t.test('a value is put in as it is, and not looked at again', async (t) => {
  t.equal(substituted('${A}', { A: '${B} $& $1', B: 'no' }).text, '${B} $& $1');
});

t.test('a default stands for a name that is unset or empty', async (t) => {
  t.equal(substituted('${A:-x}', {}).text, 'x');
  t.equal(substituted('${A:-x}', { A: '' }).text, 'x');
  t.equal(substituted('${A:-x}', { A: 'y' }).text, 'y');
  t.equal(substituted('${A:-}', {}).text, '');
  t.equal(substituted('${A:-b:-c}', {}).text, 'b:-c');
});

t.test('unset and empty names without a default are problems, and so is what names nothing', async (t) => {
  t.match(substituted('${A}', {}).problems, [/^the environment variable A is not set/]);
  t.match(substituted('${A}', { A: '' }).problems, [/^the environment variable A is empty/]);
  for (const text of ['${}', '${a-b}', '${9A}', '${A:x}', '${ A }'])
    t.match(substituted(text, { A: 'x' }).problems, [/names no variable/], text);
});

t.test('only values are substituted: no keys, no expressions, no tests', async (t) => {
  const env = { A: 'x' };
  const yaml =
    'list: ["${A}", { k: "${A}" }]\n"${A}": 1\nwhen: "${A}"\nmap: { when: "${A}" }\ntests: [{ as: "${A}" }]';
  t.same(parsed(yaml, env), {
    value: {
      list: ['x', { k: 'x' }],
      '${A}': 1,
      when: '${A}',
      map: { when: '${A}' },
      tests: [{ as: '${A}' }],
    },
    problems: '',
  });
});

t.test('what is substituted stays text, whatever it looks like', async (t) => {
  t.same(parsed('a: ${A}\nb: ${B}', { A: '5', B: '{ c: 1 }' }).value, { a: '5', b: '{ c: 1 }' });
});

t.test('a file is read from beside the configuration, without the newline at its end', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'postern-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'unix'), 'one\ntwo\n\n');
  writeFileSync(join(directory, 'dos'), 'one\r\n');
  writeFileSync(join(directory, 'bare'), '${A}');
  const { value, problems } = parsed(
    `a: !file unix\nb: !file dos\nc: !file bare\nd: [!file ${directory}/bare]`,
    { A: 'x' },
    directory,
  );
  t.equal(problems, '');
  t.same(value, { a: 'one\ntwo\n', b: 'one', c: '${A}', d: ['${A}'] }, 'and nothing in it is substituted');
});

t.test('a file that cannot be read is a problem with its place', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'postern-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'latin'), Buffer.from('plain\ncaf\xe9\n', 'latin1'));
  const { problems } = parsed(
    'a: 1\nb: !file gone\nc: !file .\nd: !file latin\ne: !file latin/x\nf: !file /gone/too',
    {},
    directory,
  );
  for (const line of [
    `routes.yaml:2:10: cannot read the file ${directory}/gone: there is no such file\n`,
    `routes.yaml:3:10: cannot read the file ${directory}: it is a directory\n`,
    `routes.yaml:4:10: cannot read the file ${directory}/latin: line 2 is not UTF-8\n`,
    `routes.yaml:5:10: cannot read the file ${directory}/latin/x: there is no such folder\n`,
    'routes.yaml:6:10: cannot read the file /gone/too: there is no such file\n',
  ])
    t.ok(problems.includes(line), `${line} in ${problems}`);
  t.notMatch(problems, /caf/, 'what it holds is not shown');
});

t.test('messages show the name where they would have shown the value', async (t) => {
  const { problems } = parseYaml({
    text: 'a: ${LONG}\nb: ${SHORT}\n',
    file: 'routes.yaml',
    directory: '/',
    env: { LONG: 'long-secret', SHORT: 'is' },
  });
  problems.on(['a'], '"xlong-secretx" is wrong');
  problems.on(['b'], '"is" is wrong, this is sure');
  t.match(problems.toString(), /"x\$\{LONG\}x" is wrong\n/);
  t.match(problems.toString(), /"\$\{SHORT\}" is wrong, this is sure\n/);
  t.notMatch(problems.toString(), /long-secret/);
});
