// Writes routes.schema.json, by which editors know the file; with --check only says whether it is current.
// Needs a build: `npm run build && node schema/generate.js`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { schemaText } from '../dist/config/json-schema.js';

const file = fileURLToPath(new URL('routes.schema.json', import.meta.url));
const text = schemaText();

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('schema/routes.schema.json is not current: npm run docs');
  process.exitCode = 1;
}
