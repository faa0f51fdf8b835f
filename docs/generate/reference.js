import { authenticators } from '../../dist/authenticate/index.js';
import { commands } from '../../dist/commands/index.js';
import { FileSchema } from '../../dist/config/schema.js';
import { FORMS } from '../../dist/core/target.js';
import { permissions } from '../../dist/permit/index.js';
import { WORDS } from '../../dist/permit/words.js';
import { cell, slug, table } from './markdown.js';

const INTRO = `# Reference

Made from the schema in \`src/config/schema.ts\` by \`npm run docs\`. For editors the same schema stands in
[schema/routes.schema.json](../schema/routes.schema.json); this line at the top of a file tells many of them:

\`\`\`yaml
# yaml-language-server: $schema=../schema/routes.schema.json
\`\`\`

The file is YAML 1.2. \`postern check\` reports everything that is wrong with it at once.

* A *duration* is a whole number and \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`: \`300ms\`, \`5s\`, \`2m\`.
* A *size* is a whole number and \`B\`, \`KB\`, \`MB\` or \`GB\`, in steps of 1,024: \`512KB\`.
* A *rate* is a whole number, \`/\`, and a word that begins with \`s\`, \`m\`, \`h\` or \`d\`: \`3/m\`, \`100/hour\`.
* \`\${NAME}\` and \`\${NAME:-default}\` inside a value are read from the environment. Not in keys and not in
  \`when\`. A variable that is unset or empty, without a default, is an error.
* \`!file path\` is the text of a file, such as a mounted secret, without the newline at its end.`;

/** JSON Schema as it is written out: without what the library keeps for itself. */
const file = JSON.parse(JSON.stringify(FileSchema));
const permission = file.$defs.permission;

const DEFAULT = /\s*Default: (.+?)(\.?$|\. |; )/;

/** What a description says of the default, and the rest of it. */
function defaultIn(description) {
  const [found, value, end] = DEFAULT.exec(description) ?? [];
  if (found === undefined)
    return { value: /^`?.*?`([^`]+)` \(default\)/.exec(description)?.[1], rest: description };
  const atEnd = description.endsWith(found) && end.length <= 1;
  return { value, rest: atEnd ? description.slice(0, -found.length) : description };
}

const branchesOf = (schema) =>
  schema.anyOf ? schema.anyOf.flatMap(branchesOf) : schema.$ref ? [{ permission: true }] : [schema];

const isRecord = ({ type, properties, patternProperties }) =>
  type === 'object' && patternProperties !== undefined && Object.keys(properties ?? {}).length === 0;

const valueIn = ({ patternProperties }) => Object.values(patternProperties)[0];

/** Sections that have been written, by what they describe: the same options stand in several places. */
class Reference {
  written = new Map();
  sections = [];
  waiting = [];

  /** Writes a section, then those of the maps inside it. */
  write(heading, schema, { level = 2, text, omit = [] } = {}) {
    const rows = Object.entries(schema.properties ?? {})
      .filter(([key]) => !omit.includes(key))
      .map(([key, value]) => this.row(heading, key, value, schema.required ?? []));
    if (rows.length > 0 && schema.patternProperties) rows.push(this.row(heading, '…', valueIn(schema), []));
    const said = text ?? schema.description;
    const parts = [`${'#'.repeat(level)} ${heading}`, said, rows.length > 0 && table(HEAD, rows)];
    this.sections.push(parts.filter(Boolean).join('\n\n'));
    this.drain(level);
  }

  drain(level) {
    for (const { heading, schema } of this.waiting.splice(0)) {
      this.write(heading, schema, { level: Math.min(level + 1, 4) });
    }
  }

  row(heading, key, schema, required) {
    const description = schema.description ?? told(branchesOf(schema));
    const { value, rest } = defaultIn(description);
    const form = branchesOf(schema)
      .filter(({ type, patternErrorMessage: said }) => type === 'string' && said && !KINDS.test(said))
      .map(({ patternErrorMessage }) => `Form: ${patternErrorMessage}.`);
    const kind = this.kindOf(schema, heading === TOP ? key : `${heading}.${key}`);
    const standard = required.includes(key) ? '**required**' : value === undefined ? '' : code(value);
    return [`\`${key}\``, kind, cell(standard), cell([rest, ...form].filter(Boolean).join(' '))];
  }

  /** Names the type of a value; maps get a section of their own, and a link to it. */
  kindOf(schema, name) {
    const kinds = branchesOf(schema).map((branch) => this.oneKind(branch, name));
    return [...new Set(kinds)].join(' or ');
  }

  oneKind(schema, name) {
    if (schema.permission) return '[permission](#permissions)';
    if (schema.const !== undefined) return `\`${schema.const}\``;
    if (schema.type === 'array') return `list of ${this.kindOf(schema.items, name)}`;
    if (isRecord(schema)) {
      const special = SPECIAL[name];
      return special ? `map of ${special}` : `map of ${this.kindOf(valueIn(schema), `${name}.NAME`)}`;
    }
    if (schema.type === 'object') return this.link(schema, name);
    return KINDS.exec(schema.patternErrorMessage ?? '')?.[1] ?? TYPES[schema.type] ?? 'anything';
  }

  link(schema, name) {
    const { description: _, ...shape } = schema;
    const key = JSON.stringify(shape);
    const before = this.written.get(key);
    const heading = before ?? name;
    if (!before) {
      this.written.set(key, name);
      this.waiting.push({ heading, schema });
    }
    return `[map](#${slug(heading)})`;
  }
}

/** What the branches of a choice say, where the choice itself says nothing. */
const told = (branches) =>
  [...new Set(branches.map(({ description }) => description))].filter(Boolean).join(' ');

const TOP = 'The whole file';
const HEAD = ['key', 'type', 'default', 'what it is'];
const KINDS = /^an? (duration|size|rate)\b/;
const TYPES = { string: 'text', integer: 'whole number', number: 'number', boolean: 'true or false' };
const SPECIAL = {
  upstreams: '[upstreams](#upstreams)',
  authenticators: '[authenticators](#authenticators)',
  permissions: '[permissions](#permissions)',
};

function code(text) {
  return text.includes('`') || / [a-z]/.test(text) || /^(any|none|every|no)\b/.test(text)
    ? text
    : `\`${text}\``;
}

/** Upstreams are told apart by their `type`; the one without is the one with servers. */
function writeUpstreams(reference) {
  const [url, ...kinds] = branchesOf(valueIn(file.properties.upstreams));
  reference.sections.push(
    `## Upstreams\n\nUnder \`upstreams\`, by name. Text is short for \`{ url: … }\`: ${url.patternErrorMessage}.`,
  );
  for (const kind of kinds) {
    const type = kind.properties.type?.const;
    const heading = type ? `upstreams.NAME of type ${type}` : 'upstreams.NAME';
    reference.write(heading, kind, { level: 3, omit: type ? ['type'] : [] });
  }
}

function writeAuthenticators(reference) {
  reference.sections.push(
    '## Authenticators\n\nUnder `authenticators`, by name; `type` says which. `authenticate` puts them in a chain. [Guide](authentication.md)',
  );
  for (const { name, summary, schema } of authenticators) {
    const plain = JSON.parse(JSON.stringify(schema));
    reference.write(name, plain, { level: 3, text: `\`type: ${name}\`. ${summary}`, omit: ['type'] });
  }
}

function fieldsOf(properties) {
  const fields = Object.entries(properties).map(([name, { description }]) => `\`${name}\`: ${description}`);
  return `Or a map. ${fields.join(' ')}`;
}

function writePermissions(reference) {
  const words = Object.entries(WORDS).map(([name, { summary }]) => [`\`${name}\``, cell(summary)]);
  const taking = permissions.map(({ summary, schema }) => {
    const [key, ...more] = Object.keys(schema.properties);
    const others = more.map((name) => `\`${name}\`: ${schema.properties[name].description}`);
    const about = branchesOf(schema.properties[key]).map(
      ({ description, properties }) => description ?? (properties ? fieldsOf(properties) : ''),
    );
    return [`\`${key}\``, cell([summary, ...about, ...others].filter(Boolean).join(' '))];
  });
  const joined = branchesOf({ anyOf: permission.anyOf })
    .filter(({ properties }) => ['any', 'all', 'not'].some((key) => properties?.[key]))
    .map(({ properties, description }) => [`\`${Object.keys(properties)[0]}\``, description]);
  reference.sections.push(
    [
      '## Permissions',
      'What `permit` takes, and what names under `permissions` stand for. [Guide](permissions.md)',
      'One word:',
      table(['word', 'who may'], words),
      'A map with one of these keys:',
      table(['key', 'who may'], [...taking, ...joined]),
    ].join('\n\n'),
  );
}

function formsOfRequests() {
  const rows = Object.entries(FORMS).map(([name, text]) => [`\`${name}\``, cell(text)]);
  return `## Forms of a request\n\nWhat a route can \`allow\`. [Guide](matching.md)\n\n${table(['word', 'what it lets in'], rows)}`;
}

const usages = await Promise.all(
  commands.map(async ({ name, summary, load }) => {
    const { usage } = await load();
    return `### postern ${name}\n\n${summary}.\n\n\`\`\`text\n${usage}\n\`\`\``;
  }),
);

/** The page of every key. */
export function reference() {
  const made = new Reference();
  made.write(TOP, { ...file, description: undefined });
  writeUpstreams(made);
  writeAuthenticators(made);
  writePermissions(made);
  return `${[INTRO, ...made.sections, formsOfRequests(), '## The command line', ...usages].join('\n\n')}\n`;
}
