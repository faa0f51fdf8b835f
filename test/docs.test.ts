import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { check } from '../src/commands/check.ts';
import { schemaText } from '../src/config/json-schema.ts';
import { REFUSALS } from '../src/core/refusals.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** What stands in fences is no prose. */
const withoutFences = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '');

const fences = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, body = '']) => body,
  );

t.test('every refusal is on the page of refusals, as the code has it, and none besides', async (t) => {
  const rows = [...read('docs/refusals.md').matchAll(/^\| `(\w+)` \| (\d+) \| (.*?) \| (.*) \|$/gm)];
  t.same(rows.map(([, code]) => code).sort(), Object.keys(REFUSALS).sort());
  for (const [, code = '', status, detail, meaning] of rows) {
    const refusal = REFUSALS[code as keyof typeof REFUSALS];
    t.equal(status, String(refusal.status), code);
    t.equal(detail, refusal.detail, code);
    t.equal(meaning?.replaceAll('\\|', '|'), refusal.meaning, code);
  }
});

t.test('troubleshooting says of every refusal what to do', async (t) => {
  const text = read('docs/troubleshooting.md');
  for (const [code, { status }] of Object.entries(REFUSALS)) {
    const row = text.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${code}\``));
    t.match(row, String(status), code);
  }
});

t.test('troubleshooting says what every field of the access log means', async (t) => {
  const text = read('docs/troubleshooting.md');
  const log = read('src/observe/access-log.ts');
  const fields = [...log.matchAll(/^ {8}(\w+): /gm)].map(([, name = '']) => name);
  t.ok(fields.length > 15, `${fields.length} fields`);
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  for (const field of fields)
    t.ok(
      rows.some((row) => row.split('|')[1]?.includes(`\`${field}\``)),
      field,
    );
});

t.test('every key of the file is in the reference', async (t) => {
  const text = read('docs/reference.md');
  const keys = new Set<string>();
  JSON.parse(schemaText(), (_, value: unknown) => {
    if (value !== null && typeof value === 'object' && 'properties' in value)
      for (const key of Object.keys(value.properties as object)) keys.add(key);
    return value;
  });
  t.ok(keys.size > 50, `${keys.size} keys`);
  t.same(
    [...keys].filter((key) => !text.includes(`\`${key}\``)),
    [],
  );
});

const directory = mkdtempSync(join(tmpdir(), 'postern-docs-'));
const { privateKey } = generateKeyPairSync('ed25519');
writeFileSync(join(directory, 'signing.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
writeFileSync(join(directory, 'signing.key'), 'a secret that is long enough for SHA-256');
writeFileSync(join(directory, 'users.yaml'), 'ada: pbkdf2_sha256$1000000$c2FsdA$aGFzaA==\n');

for (const page of PAGES) {
  const files = fences(read(page), 'yaml').filter((body) => /^routes:/m.test(body));
  if (files.length === 0) continue;
  t.test(`the files on ${page} are good`, async (t) => {
    for (const [index, text] of files.entries()) {
      const file = join(directory, 'routes.yaml');
      writeFileSync(file, text);
      const said: string[] = [];
      const args = ['--config', file];
      const code = await check.run({ args, env: {}, out() {}, err: (line) => void said.push(line) });
      t.equal(code, 0, `file ${index + 1}`);
      t.same(said, [], `file ${index + 1}`);
    }
  });
}

/** The anchor that a heading gets on code hosts. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

const anchors = (file: string): string[] =>
  [...withoutFences(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading));

t.test('links lead somewhere', async (t) => {
  let looked = 0;
  for (const page of PAGES) {
    for (const [, link = ''] of withoutFences(read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      looked++;
      const [path = '', anchor] = link.split('#', 2);
      const file = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
      const there = existsSync(join(ROOT, file));
      t.ok(there, `${page}: ${link}`);
      if (there && anchor !== undefined) t.ok(anchors(file).includes(anchor), `${page}: ${link}`);
    }
  }
  t.ok(looked > 50, `${looked} links`);
});

t.test('every page of docs is on the list of them', async (t) => {
  const list = read('docs/README.md');
  for (const page of PAGES.filter((file) => file.startsWith('docs/') && file !== 'docs/README.md'))
    t.ok(list.includes(`(${relative('docs', page)})`), page);
});

t.test('the commands that pages name exist', async (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  let looked = 0;
  for (const page of PAGES) {
    for (const [, run, name = ''] of read(page).matchAll(/`{0,3}npm (run )?([a-z]+)/g)) {
      if (run === undefined && !['start', 'test'].includes(name)) continue;
      looked++;
      t.ok(scripts[name], `${page}: npm ${run ?? ''}${name}`);
    }
  }
  t.ok(looked > 5, `${looked} commands`);
});

t.test('the commands to try are those that the file prints', async (t) => {
  const readme = read('README.md');
  const trials = [...read('config/routes.yaml').matchAll(/^ {2}- '(curl .*)'$/gm)];
  t.equal(trials.length, 3);
  for (const [, command = ''] of trials) t.ok(readme.includes(`\n${command}\n`), command);
});

t.test('getting started shows what check says', async (t) => {
  const page = read('docs/getting-started.md');
  const file = join(directory, 'routes.yaml');
  writeFileSync(file, read('config/routes.yaml').replace('permit: staff', 'permitt: staff'));
  const said: string[] = [];
  const args = ['--config', file];
  t.equal(await check.run({ args, env: {}, out() {}, err: (line) => void said.push(line) }), 1);
  // The page says it of a file in the current directory.
  t.ok(page.includes(`\n${said.at(0)?.replace(file, 'config/routes.yaml')}\n`), said.join('\n'));
});

t.test('the README fits on two screens', async (t) => {
  t.ok(read('README.md').split('\n').length <= 100);
});
