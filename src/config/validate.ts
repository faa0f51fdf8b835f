import { isMap } from '../core/is-map.ts';
import { nearest, suggestion } from '../core/suggest.ts';
import type { Path, Problems } from '../yaml/problems.ts';
import { isOf, kindOf, listOf, nameOf, type Schema } from './value-words.ts';

/**
 * Reports every way in which `value` does not fit `schema`, in words for people. Validators of JSON Schema say
 * of a choice (`anyOf`) that no branch fits; this one finds the branch that was meant and says what is wrong in it.
 *
 * What does not fit is taken out, so that the rest can be judged further. Maps in lists stay even where a key that
 * they need is missing or was taken out.
 */
export function validate(schema: Schema, value: unknown, problems: Problems): void {
  new Validator(schema.$defs ?? {}, problems).check(schema, value, []);
}

type Values = Record<string, unknown>;

class Validator {
  private readonly definitions: Readonly<Record<string, Schema>>;
  private readonly problems: Problems;
  private readonly branches = new Map<readonly Schema[], readonly Schema[]>();

  constructor(definitions: Readonly<Record<string, Schema>>, problems: Problems) {
    this.definitions = definitions;
    this.problems = problems;
  }

  /** True when the value can be used, if perhaps without some of its keys. */
  check(given: Schema, value: unknown, path: Path): boolean {
    const schema = this.resolve(given);
    if (value === undefined || (!this.problems.empty && this.problems.wrong(path))) return false;
    if (schema.anyOf) return this.checkChoice(this.branchesOf(schema.anyOf), value, path);
    if (schema.const !== undefined) return value === schema.const || this.wrongWord(schema, value, path);
    if (path.length === 0 && !isMap(value))
      return this.wrong(
        path,
        'the file must be made of keys and values, such as "version: 1" (with a space after the colon)',
      );
    if (schema.type !== undefined && !isOf(schema.type, value))
      return this.wrong(path, misfit([schema], value));
    if (schema.type === 'object') return this.checkObject(schema, value as Values, path);
    if (schema.type === 'array') return this.checkArray(schema, value as unknown[], path);
    return this.checkScalar(schema, value, path);
  }

  private wrong(path: Path, message: string, on: 'value' | 'key' = 'value'): false {
    this.problems.on(path, message, on);
    return false;
  }

  private wrongWord({ const: word }: Schema, value: unknown, path: Path): false {
    return typeof word === 'string' && typeof value === 'string'
      ? this.wrong(path, `"${value}" is not known here${suggestion(value, [word])}`)
      : this.wrong(path, `must be ${nameOf({ const: word })}`);
  }

  private resolve(schema: Schema): Schema {
    const name = schema.$ref?.replace('#/$defs/', '');
    return (name && this.definitions[name]) || schema;
  }

  /** A choice between choices is one choice. */
  private branchesOf(choices: readonly Schema[]): readonly Schema[] {
    const known = this.branches.get(choices);
    if (known) return known;
    const flat = choices.flatMap((choice) => {
      const schema = this.resolve(choice);
      return schema.anyOf ? this.branchesOf(schema.anyOf) : schema;
    });
    this.branches.set(choices, flat);
    return flat;
  }

  private checkScalar(schema: Schema, value: unknown, path: Path): boolean {
    if (typeof value === 'string') {
      if (value.length < (schema.minLength ?? 0)) return this.wrong(path, 'must not be empty');
      if (schema.pattern && !matches(schema.pattern, value))
        return this.wrong(
          path,
          schema.explain?.(value) ?? schema.patternErrorMessage ?? `does not have the form ${schema.pattern}`,
        );
    }
    if (typeof value === 'number') {
      if (value < (schema.minimum ?? value)) return this.wrong(path, `must be at least ${schema.minimum}`);
      if (value > (schema.maximum ?? value)) return this.wrong(path, `must be at most ${schema.maximum}`);
    }
    return true;
  }

  private checkArray(schema: Schema, value: readonly unknown[], path: Path): boolean {
    if (value.length < (schema.minItems ?? 0))
      return this.wrong(path, schema.emptyErrorMessage ?? 'must not be empty');
    let usable = true;
    for (const [index, item] of value.entries()) {
      if (!this.check(schema.items ?? {}, item, [...path, index]) && !isMap(item)) usable = false;
    }
    return usable;
  }

  private checkObject(schema: Schema, value: Values, path: Path): boolean {
    const { properties = {}, patternProperties = {}, required = [] } = schema;
    const patterns = Object.entries(patternProperties);
    for (const [key, item] of Object.entries(value)) {
      const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
      const fits = own ?? patterns.find(([pattern]) => matches(pattern, key))?.[1];
      if (fits) {
        if (!this.check(fits, item, [...path, key])) delete value[key];
      } else if (schema.additionalProperties === false || patterns.length > 0) {
        this.refuseKey(schema, key, value, path);
        delete value[key];
      }
    }
    const missing = required.filter((key) => !Object.hasOwn(value, key));
    for (const key of missing) {
      if (!this.problems.excused([...path, key]))
        this.wrong([...path, key], `the key "${key}" is missing`, 'key');
    }
    return missing.length === 0;
  }

  private refuseKey(
    { properties = {}, propertyNames }: Schema,
    key: string,
    value: Values,
    path: Path,
  ): void {
    const known = Object.keys(properties).filter((name) => !Object.hasOwn(value, name));
    const near = nearest(key, known);
    const form =
      near === undefined ? (propertyNames?.explain?.(key) ?? propertyNames?.patternErrorMessage) : undefined;
    this.wrong(
      [...path, key],
      form ? `"${key}": ${form}` : `unknown key "${key}"${suggestion(key, known)}`,
      'key',
    );
    // What was meant is there, if misspelt: that it is missing is not to be said as well.
    if (near !== undefined) this.problems.mark([...path, near]);
  }

  private checkChoice(branches: readonly Schema[], value: unknown, path: Path): boolean {
    if (branches.some((branch) => branch.const !== undefined && branch.const === value)) return true;
    const fitting = branches.filter((branch) => branch.const === undefined && isOf(branch.type ?? '', value));
    const [first] = fitting;
    if (!first) {
      const words = branches.flatMap((branch) => (typeof branch.const === 'string' ? [branch.const] : []));
      return typeof value === 'string' && words.length > 0
        ? this.wrong(path, `"${value}" is not known here${suggestion(value, words)}`)
        : this.wrong(path, misfit(branches, value));
    }
    if (first.type !== 'object' || fitting.length === 1) return this.check(first, value, path);
    return this.checkVariant(fitting, value as Values, path);
  }

  /** Objects that differ in their `type`, or in which key they need. */
  private checkVariant(branches: readonly Schema[], value: Values, path: Path): boolean {
    const typed = branches.flatMap((branch) => {
      const type = branch.properties?.type?.const;
      return typeof type === 'string' ? [[type, branch] as const] : [];
    });
    const types = new Map(typed);
    const { type } = value;
    const byType = typeof type === 'string' ? types.get(type) : undefined;
    const untyped = branches.filter((branch) => !branch.required?.includes('type'));
    if (byType) return this.check(byType, value, path);
    if (type !== undefined && types.size > 0)
      return this.wrong(
        [...path, 'type'],
        `unknown type "${String(type)}"${suggestion(String(type), types.keys())}`,
      );
    if (untyped.length > 0) return this.checkKeyed(untyped, value, path);
    if (this.problems.excused([...path, 'type'])) return false;
    return this.wrong(
      [...path, 'type'],
      `the key "type" is missing; there is ${[...types.keys()].join(', ')}`,
      'key',
    );
  }

  private checkKeyed(branches: readonly Schema[], value: Values, path: Path): boolean {
    const keys = Object.keys(value);
    const meant =
      branches.find((branch) => branch.required?.some((key) => keys.includes(key))) ??
      branches.find((branch) => keys.some((key) => branch.properties?.[key]));
    if (meant) return this.check(meant, value, path);
    const known = new Set(
      branches.flatMap((branch) => branch.required ?? Object.keys(branch.properties ?? {})),
    );
    const [key] = keys;
    if (key === undefined) return this.wrong(path, `is empty; there is ${[...known].join(', ')}`);
    const quote = quoteHint(value);
    return this.wrong([...path, key], quote ?? `unknown key "${key}"${suggestion(key, known)}`, 'key');
  }
}

const expressions = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  const expression = expressions.get(pattern) ?? new RegExp(pattern, 'u');
  expressions.set(pattern, expression);
  return expression.test(text);
}

function misfit(branches: readonly Schema[], value: unknown): string {
  const wanted = listOf(branches.map(nameOf));
  const text = branches.some(({ type, const: word }) => type === 'string' || typeof word === 'string');
  const form = branches.find(({ type }) => type === 'string')?.patternErrorMessage;
  if (value === null) return `is empty; it must be ${wanted}`;
  if (text && isMap(value)) return quoteHint(value) ?? `must be ${wanted}, not a map`;
  if (form && typeof value !== 'object') return form;
  if (wanted === 'a list' && typeof value === 'string') return 'must be a list, not text: write it in [ ]';
  const quote = text && typeof value !== 'object' ? ': quote it' : '';
  return `must be ${wanted}, not ${kindOf(value)}${quote}`;
}

/** `{user.id}` without quotes is a map with one key and no value. */
function quoteHint(value: unknown): string | undefined {
  const [entry, ...more] = isMap(value) ? Object.entries(value) : [];
  if (!entry || more.length > 0) return undefined;
  if (entry[1] !== null && quoteHint(entry[1]) === undefined) return undefined;
  const inner = entry[1] === null ? entry[0] : undefined;
  return inner === undefined
    ? 'braces without quotes are a map in YAML: quote it'
    : `{${inner}} without quotes is a map in YAML: quote it: "{${inner}}"`;
}
