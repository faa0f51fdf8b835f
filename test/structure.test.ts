import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Top to bottom; a file may import from rows below its own, and within its own folder. */
const ROWS = [
  ['main'],
  ['commands'],
  ['start'],
  ['runtime'],
  ['gateway'],
  ['pipeline'],
  ['config'],
  ['listen', 'match', 'authenticate', 'permit', 'throttle', 'identify', 'forward', 'respond', 'observe'],
  ['django', 'yaml'],
  ['store'],
  ['core'],
];

/** Imports that the law forbids and that have to be, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

/** Folders of `test` that mirror none of `src`. */
const BESIDE = [
  'support',
  'run',
  'journeys',
  'parity',
  'attacks',
  'chaos',
  'examples',
  'packaging',
  'docs',
  'bench',
  'deploy',
];

const LONGEST = 300;
/** The first line of a file that would be harder to read in parts. */
const LONG = /^\/\/ Long: \S.{10,}/;
const MEDIAN = 100;

function filesOf(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !/(^|\/)(node_modules|build|dist|\.git)(\/|$)/.test(name))
    .map((name) => join(folder, name));
}

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const sources = filesOf('src', /\.ts$/);

function importsOf(file: string): string[] {
  const found = read(file).matchAll(/(?:from|import|import\()\s*'(\.{1,2}\/[^']+)'/g);
  return [...found].map(([, path = '']) => relative(ROOT, join(ROOT, dirname(file), path)));
}

/** The folder below `src`, or the name of a file that stands there itself. */
function roomOf(file: string): string {
  return (file.split('/')[1] ?? '').replace(/\.ts$/, '');
}

const rowOf = (room: string): number => ROWS.findIndex((rooms) => rooms.includes(room));

t.test('every folder has its place', async (t) => {
  for (const room of new Set(sources.map(roomOf))) t.not(rowOf(room), -1, `src/${room}`);
});

t.test('imports lead down, never up and never sideways', async (t) => {
  let looked = 0;
  const forbidden = sources.flatMap((file) =>
    importsOf(file)
      .filter((imported) => {
        looked++;
        const [from, to] = [roomOf(file), roomOf(imported)];
        return from !== to && rowOf(to) <= rowOf(from);
      })
      .map((imported) => `${file} -> ${imported}`),
  );
  t.ok(looked > sources.length, `${looked} imports`);
  t.same(forbidden.sort(), Object.keys(EXCEPTIONS).sort());
});

t.test('no file imports itself by way of others, types included', async (t) => {
  const graph = new Map(sources.map((file) => [file, importsOf(file)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  function walk(file: string, way: readonly string[]): void {
    if (way.includes(file)) cycles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
    if (done.has(file) || way.includes(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...way, file]);
    done.add(file);
  }
  for (const file of sources) walk(file, []);
  t.same(cycles, []);
});

for (const folder of ['src', 'test', 'bench']) {
  t.test(`files in ${folder} are short`, async (t) => {
    const lengths = filesOf(folder, /\.(ts|js)$/).map((file) => ({
      file,
      lines: read(file).split('\n').length - 1,
    }));
    t.same(
      lengths.filter(({ file, lines }) => lines > LONGEST && !LONG.test(read(file))),
      [],
      `a file of more than ${LONGEST} lines says why in its first line`,
    );
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    t.ok(median > 0 && median < MEDIAN, `median ${median}`);
  });
}

t.test('the tests are where what they test is', async (t) => {
  const folders = readdirSync(join(ROOT, 'test'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const known = [...ROWS.flat(), ...BESIDE];
  t.same(
    folders.filter((name) => !known.includes(name)),
    [],
  );
});
