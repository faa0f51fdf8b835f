import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { compileOnly, InvalidConfiguration, loadText } from '../../src/config/load.ts';

/** Beside the sources: the YAML files are not compiled. */
const DIRECTORY = fileURLToPath(new URL('../../../test/config/broken/', import.meta.url));

const ENV = {
  REDIS_HOST: 'env-redis-host',
  SHOP_URL: 'ftp://env-shop-host',
  EMPTY: '',
  WEAK_SECRET: 'env-weak-secret',
  PREFIX: 'env-prefix',
  ROLE: 'authentikated',
  WHO: 'env-who',
  UPSTREAM: 'env-upstream',
};

// Messages name the file as it is seen from here.
process.chdir(DIRECTORY);

const withoutPlace = (told: string) => `${told}\n`.replaceAll(DIRECTORY, '/etc/postern/');

/** Every problem of a file, as `postern check` prints them. */
function problemsOf(file: string): string {
  try {
    const loaded = loadText(readFileSync(file, 'utf8'), file, ENV);
    compileOnly(loaded);
    return withoutPlace(loaded.problems.toString());
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    return withoutPlace(error.message);
  }
}

const files = readdirSync('.').filter((name) => name.endsWith('.yaml'));

t.ok(files.length >= 12, `${files.length} broken files`);

for (const file of files) {
  t.test(file, async (t) => {
    const told = problemsOf(file);
    t.equal(told, readFileSync(file.replace(/yaml$/, 'expected'), 'utf8'));
    for (const value of Object.values(ENV).filter((value) => value !== ''))
      t.notMatch(told, value, 'values of the environment are not shown');
    t.notMatch(told, /literal/, 'nor are secrets that stand in the file');
    for (const [, line, column, shown, caret] of told.matchAll(
      /:(\d+):(\d+): .*\n +\d+ \| (.*)\n +\| ( *\^)$/gm,
    )) {
      const source = readFileSync(file, 'utf8').split('\n')[Number(line) - 1] ?? '';
      // Where nothing before it is hidden, the caret stands below the column.
      if (source === shown) t.equal(caret?.length, Number(column), `${line}:${column}`);
    }
  });
}
