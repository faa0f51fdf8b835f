import { isMap } from '../core/is-map.ts';

/** The JSON Schema keywords that the parts' schemas use, and what is to be said when they are not met. */
export interface Schema {
  type?: string;
  const?: unknown;
  anyOf?: readonly Schema[];
  $ref?: string;
  $defs?: Readonly<Record<string, Schema>>;
  properties?: Readonly<Record<string, Schema>>;
  patternProperties?: Readonly<Record<string, Schema>>;
  propertyNames?: Pick<Schema, 'pattern' | 'patternErrorMessage' | 'explain'>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  emptyErrorMessage?: string;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  patternErrorMessage?: string;
  /** Our own keyword: why a text does not match the pattern, where that can be told. */
  explain?: (text: string) => string | undefined;
  description?: string;
}

const NAMES: Record<string, string> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

/** True when a value is of a JSON Schema type; of the type '', every value is. */
export function isOf(type: string, value: unknown): boolean {
  if (type === 'object') return isMap(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return type === '' || typeof value === type;
}

/** What a schema wants, for "must be …". */
export function nameOf({ const: word, type = '' }: Schema): string {
  if (word === undefined) return NAMES[type] ?? 'a value';
  return typeof word === 'string' ? `"${word}"` : String(word);
}

/** What a value is, for "not …". Text of one word is shown, other values never: they might be secret. */
export function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a fraction';
  if (typeof value === 'boolean') return String(value);
  return /^(yes|no|on|off|true|false|null)$/i.test(String(value)) ? `the text "${value}"` : 'text';
}

/** `a, b or c`, each once. */
export function listOf(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const last = distinct.pop() ?? 'a value';
  return distinct.length > 0 ? `${distinct.join(', ')} or ${last}` : last;
}
