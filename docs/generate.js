// `npm run docs` writes what is made from the source: docs/reference.md, docs/refusals.md, schema/routes.schema.json.
// With --check it writes nothing, and exits with 1 when one of them is not current. Needs a build.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemaText } from '../dist/config/json-schema.js';
import { reference } from './generate/reference.js';
import { refusals } from './generate/refusals.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const GENERATED = {
  'docs/reference.md': reference,
  'docs/refusals.md': refusals,
  'schema/routes.schema.json': schemaText,
};

const checking = process.argv.includes('--check');

for (const [file, make] of Object.entries(GENERATED)) {
  const path = join(root, file);
  const text = make();
  const current = existsSync(path) && readFileSync(path, 'utf8') === text;
  if (current) continue;
  if (checking) {
    console.error(`${file} is not current: npm run docs`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    console.log(`wrote ${file}`);
  }
}
