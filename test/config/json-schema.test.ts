import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import t from 'tap';
import { parse } from 'yaml';
import { schemaText } from '../../src/config/json-schema.ts';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

interface Validate {
  (value: unknown): boolean;
  errors?: { instancePath: string; message?: string }[] | null;
}

/** ajv is Fastify's own validator, so it is here without being asked for. */
function validator(): Validate {
  const require = createRequire(import.meta.url);
  const fromFastify = createRequire(require.resolve('fastify'));
  const { default: Ajv } = fromFastify('ajv/dist/2020') as {
    default: new (options: object) => { compile(schema: object): Validate };
  };
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, keywords: ['patternErrorMessage'] });
  return ajv.compile(JSON.parse(schemaText()) as object);
}

const validate = validator();

function verdict(yaml: string): string[] {
  validate(
    parse(yaml, { customTags: [{ tag: '!file', resolve: (text: string) => text }], logLevel: 'error' }),
  );
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

t.test('the schema in the repository is current', async (t) => {
  t.equal(read('schema/routes.schema.json'), schemaText(), 'npm run docs');
});

t.test('it fits every file that is shown as an example', async (t) => {
  const files = readdirSync(new URL('config/', ROOT), { recursive: true, encoding: 'utf8' });
  const examples = files.filter((name) => name.endsWith('.yaml'));
  t.ok(examples.includes('routes.yaml'));
  for (const file of examples) t.same(verdict(read(`config/${file}`)), [], file);
});

t.test('it refuses what check refuses', async (t) => {
  const broken: [string, RegExp][] = [
    ['version: 2\nupstreams: {}\nroutes: []', /version/],
    [
      'upstreams: { a: "http://127.0.0.1" }\nroutes: [{ path: /a, forward: a, forwrd: a }]',
      /additional properties/,
    ],
    ['upstreams: { a: "ftp://127.0.0.1" }\nroutes: [{ path: /a, forward: a }]', /upstreams\/a/],
    ['upstreams: { a: "http://127.0.0.1" }\nroutes: [{ path: /a, forward: a, permit: [] }]', /permit/],
    [
      'upstreams: { a: "http://127.0.0.1" }\nroutes: [{ path: /a, forward: a, permit: { grup: x } }]',
      /permit/,
    ],
  ];
  for (const [yaml, where] of broken) t.match(verdict(yaml).join('\n'), where, yaml);
});

t.test('the environment may stand where a form is asked for', async (t) => {
  t.same(
    verdict(
      `listen: "\${LISTEN}"\nupstreams: { a: "\${URL:-http://127.0.0.1}" }\nroutes: [{ path: /a, forward: a }]`,
    ),
    [],
  );
});

t.test('every form that is asked for has its sentence', async (t) => {
  const mute: string[] = [];
  function walk(schema: unknown, path: string): void {
    if (schema === null || typeof schema !== 'object') return;
    if ('pattern' in schema && typeof schema.pattern === 'string' && !('patternErrorMessage' in schema))
      mute.push(path);
    if ('patternProperties' in schema && !('propertyNames' in schema)) {
      const [pattern] = Object.keys(schema.patternProperties as object);
      if (pattern !== '^.*$') mute.push(path);
    }
    for (const [name, below] of Object.entries(schema)) walk(below, `${path}/${name}`);
  }
  walk(JSON.parse(schemaText()), '');
  t.same(mute, []);
});
