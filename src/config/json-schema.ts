import { FileSchema } from './schema.ts';

/** A reference to the environment may stand wherever text may; it is judged after substitution. */
const REFERENCE = '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}';

/** Our own keyword, for the sentence that an empty list deserves; editors do not know it. */
const OURS = 'emptyErrorMessage';

/** The file's schema for editors, as the text of `schema/routes.schema.json` (JSON Schema, draft 2020-12). */
export function schemaText(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...(JSON.parse(JSON.stringify(FileSchema)) as object),
  };
  return `${JSON.stringify(schema, forEditors, 2)}\n`;
}

function forEditors(key: string, value: unknown): unknown {
  if (key === OURS) return undefined;
  if (value === null || typeof value !== 'object' || !('pattern' in value)) return value;
  if (!('type' in value) || value.type !== 'string' || typeof value.pattern !== 'string') return value;
  return { ...value, pattern: `(?:${value.pattern})|${REFERENCE}` };
}
