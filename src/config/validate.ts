import type { Path, Problems } from './problems.ts';
import { suggestion } from './suggest.ts';

/** The JSON Schema keywords that the parts' schemas use. */
export interface Schema {
  type?: string;
  const?: unknown;
  anyOf?: readonly Schema[];
  $ref?: string;
  $defs?: Readonly<Record<string, Schema>>;
  properties?: Readonly<Record<string, Schema>>;
  patternProperties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  patternErrorMessage?: string;
  description?: string;
}

/**
 * Reports every way in which `value` does not fit `schema`, in words for people. Validators of JSON Schema say
 * of a choice (`anyOf`) that no branch fits; this one finds the branch that was meant and says what is wrong in it.
 */
export function validate(schema: Schema, value: unknown, problems: Problems): void {
  new Validator(schema.$defs ?? {}, problems).check(schema, value, []);
}

class Validator {
  private readonly definitions: Readonly<Record<string, Schema>>;
  private readonly problems: Problems;

  constructor(definitions: Readonly<Record<string, Schema>>, problems: Problems) {
    this.definitions = definitions;
    this.problems = problems;
  }

  check(given: Schema, value: unknown, path: Path): void {
    const schema = this.resolve(given);
    if (schema.anyOf) this.checkChoice(this.branchesOf(schema.anyOf), value, path);
    else if (schema.const !== undefined) {
      if (value !== schema.const) this.problems.on(path, `must be ${JSON.stringify(schema.const)}`);
    } else if (schema.type !== undefined && !isOf(schema.type, value)) {
      this.problems.on(path, `must be ${nameOf(schema)}, not ${kindOf(value)}`);
    } else if (schema.type === 'object') this.checkObject(schema, value as Record<string, unknown>, path);
    else if (schema.type === 'array') this.checkArray(schema, value as unknown[], path);
    else this.checkScalar(schema, value, path);
  }

  private resolve(schema: Schema): Schema {
    const name = schema.$ref?.replace('#/$defs/', '');
    return (name && this.definitions[name]) || schema;
  }

  /** A choice between choices is one choice. */
  private branchesOf(choices: readonly Schema[]): Schema[] {
    return choices.flatMap((choice) => {
      const schema = this.resolve(choice);
      return schema.anyOf ? this.branchesOf(schema.anyOf) : schema;
    });
  }

  private checkScalar(schema: Schema, value: unknown, path: Path): void {
    if (typeof value === 'string') {
      if (value.length < (schema.minLength ?? 0)) this.problems.on(path, 'must not be empty');
      else if (schema.pattern && !new RegExp(schema.pattern, 'u').test(value)) {
        this.problems.on(
          path,
          schema.patternErrorMessage ?? `does not have the form of ${schema.description ?? schema.pattern}`,
        );
      }
    }
    if (typeof value === 'number') {
      if (value < (schema.minimum ?? value)) this.problems.on(path, `must be at least ${schema.minimum}`);
      if (value > (schema.maximum ?? value)) this.problems.on(path, `must be at most ${schema.maximum}`);
    }
  }

  private checkArray(schema: Schema, value: readonly unknown[], path: Path): void {
    if (value.length < (schema.minItems ?? 0))
      this.problems.on(path, `needs at least ${schema.minItems} item`);
    for (const [index, item] of value.entries()) this.check(schema.items ?? {}, item, [...path, index]);
  }

  private checkObject(schema: Schema, value: Readonly<Record<string, unknown>>, path: Path): void {
    const { properties = {}, patternProperties = {}, required = [] } = schema;
    const patterns = Object.entries(patternProperties);
    for (const [key, item] of Object.entries(value)) {
      const here = [...path, key];
      const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
      const fits = own ?? patterns.find(([pattern]) => new RegExp(pattern, 'u').test(key))?.[1];
      if (fits) this.check(fits, item, here);
      else if (schema.additionalProperties === false || patterns.length > 0) {
        const known = Object.keys(properties).filter((name) => !Object.hasOwn(value, name));
        const form =
          patterns.length > 0 && known.length === 0 ? ` does not have the form ${patterns[0]?.[0]}` : '';
        this.problems.on(here, `unknown key "${key}"${form || suggestion(key, known)}`, 'key');
      }
    }
    for (const key of required) {
      if (!Object.hasOwn(value, key)) this.problems.on(path, `needs the key "${key}"`, 'key');
    }
  }

  private checkChoice(branches: readonly Schema[], value: unknown, path: Path): void {
    const words = branches.flatMap((branch) => (typeof branch.const === 'string' ? [branch.const] : []));
    if (typeof value === 'string' && words.includes(value)) return;
    const fitting = branches.filter((branch) => branch.const === undefined && isOf(branch.type ?? '', value));
    const [first] = fitting;
    if (!first) {
      if (typeof value === 'string' && words.length > 0) {
        this.problems.on(path, `"${value}" is not known here${suggestion(value, words)}`);
      } else this.problems.on(path, `must be ${listOf(branches.map(nameOf))}, not ${kindOf(value)}`);
      return;
    }
    if (first.type !== 'object' || fitting.length === 1) this.check(first, value, path);
    else this.checkVariant(fitting, value as Record<string, unknown>, path);
  }

  /** Objects that differ in their `type`, or in which key they need. */
  private checkVariant(
    branches: readonly Schema[],
    value: Readonly<Record<string, unknown>>,
    path: Path,
  ): void {
    const types = new Map(
      branches.flatMap((branch) => {
        const type = branch.properties?.type?.const;
        return typeof type === 'string' ? [[type, branch] as const] : [];
      }),
    );
    const { type } = value;
    const byType = typeof type === 'string' ? types.get(type) : undefined;
    const untyped = branches.filter((branch) => !branch.properties?.type);
    if (byType) this.check(byType, value, path);
    else if (type !== undefined && types.size > 0) {
      this.problems.on(
        [...path, 'type'],
        `unknown type "${String(type)}"${suggestion(String(type), types.keys())}`,
      );
    } else if (untyped.length === 0)
      this.problems.on(path, `needs the key "type": ${[...types.keys()].join(', ')}`, 'key');
    else this.checkKeyed(untyped, value, path);
  }

  private checkKeyed(
    branches: readonly Schema[],
    value: Readonly<Record<string, unknown>>,
    path: Path,
  ): void {
    const keys = Object.keys(value);
    const meant = branches.find((branch) => branch.required?.some((key) => keys.includes(key)));
    const close = meant ?? branches.find((branch) => keys.some((key) => branch.properties?.[key]));
    if (close) {
      this.check(close, value, path);
      return;
    }
    const known = branches.flatMap((branch) => branch.required ?? Object.keys(branch.properties ?? {}));
    const [key] = keys;
    if (key === undefined)
      this.problems.on(path, `is empty; one of ${[...new Set(known)].join(', ')} is needed`);
    else this.problems.on([...path, key], `unknown key "${key}"${suggestion(key, new Set(known))}`, 'key');
  }
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'object') return value !== null && typeof value === 'object' && !Array.isArray(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === '') return true;
  return typeof value === type;
}

function nameOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const names: Record<string, string> = {
    object: 'a map',
    array: 'a list',
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  };
  return names[schema.type ?? ''] ?? 'a value';
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return 'text';
  return JSON.stringify(value);
}

function listOf(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  return distinct.length > 1
    ? `${distinct.slice(0, -1).join(', ')} or ${distinct.at(-1)}`
    : (distinct[0] ?? 'a value');
}
