import { resolve } from 'node:path';
import { readTextFile } from '../core/text-file.ts';
import { type Environment, substitute } from './environment.ts';
import { isHarmless, isSecret } from './excerpt.ts';
import type { AliasNode, MapNode, ScalarNode, YamlNode } from './nodes.ts';
import type { Place, Problems } from './problems.ts';

const DEEPEST = 32;
/** How many values aliases may stand for; an alias bomb stands for billions. */
const MOST_ALIASED = 100_000;
/** The tags of YAML 1.2's core schema, and ours. */
const TAGS = new Set([
  '!file',
  ...['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
]);

/** A scalar that names a file: `!file path`. */
export const FILE_TAG = '!file';

interface ReaderOptions {
  text: string;
  problems: Problems;
  directory: string;
  env: Environment | undefined;
}

/** What holds for a value because of where it stands. */
interface Context {
  place: Place;
  /** The key before it, as far as it matters. */
  key: string;
  depth: number;
  /** Left as it stands, without substitution. */
  literal: boolean;
  /** Never shown in messages. */
  secret: boolean;
  /** Inside of `records`, all is a credential. */
  inRecords: boolean;
}

/** Makes plain values of YAML's nodes. */
export class YamlReader {
  private readonly text: string;
  private readonly problems: Problems;
  private readonly directory: string;
  private readonly env: Environment | undefined;
  private readonly anchors = new Map<string, YamlNode>();
  private readonly expanding = new Set<YamlNode>();
  private aliased = 0;
  /** Where the alias stands that is being expanded. */
  private outermost = 0;

  constructor({ text, problems, directory, env }: ReaderOptions) {
    this.text = text;
    this.problems = problems;
    this.directory = directory;
    this.env = env;
  }

  readAll(root: YamlNode): unknown {
    this.problems.root.value = this.problems.root.key = root.start;
    return this.read(root, {
      place: this.problems.root,
      key: '',
      depth: 0,
      literal: false,
      secret: false,
      inRecords: false,
    });
  }

  private read(node: YamlNode, context: Context): unknown {
    if (this.expanding.size > 0 && ++this.aliased > MOST_ALIASED) {
      if (this.aliased === MOST_ALIASED + 1)
        this.problems.at(
          this.outermost,
          `aliases (*) stand for more than ${MOST_ALIASED} values from here on`,
        );
      return undefined;
    }
    if (context.depth > DEEPEST)
      return this.wrong(node, context, `values are nested more than ${DEEPEST} deep`);
    if (node.kind === 'alias') return this.readAlias(node, context);
    if (node.anchor !== undefined && this.expanding.size === 0) this.anchors.set(node.anchor, node);
    if (node.tag !== undefined && !TAGS.has(node.tag)) return this.wrongTag(node, node.tag, context);
    if (node.kind === 'map') return this.readMap(node, context);
    if (node.kind === 'seq') return node.items.map((item, index) => this.readItem(item, index, context));
    return this.readScalar(node, context);
  }

  private readAlias(alias: AliasNode, context: Context): unknown {
    const node = this.anchors.get(alias.source);
    if (alias.source === '') {
      this.problems.markPlace(context.place);
      return undefined;
    }
    if (!node)
      return this.wrong(
        alias,
        context,
        `"*${alias.source}" is an alias, and no "&${alias.source}" stands before it: quote it, if text is meant`,
      );
    if (this.expanding.has(node))
      return this.wrong(alias, context, `"*${alias.source}" stands inside of what it stands for`);
    if (this.expanding.size === 0) this.outermost = alias.start;
    this.expanding.add(node);
    const value = this.read(node, { ...context, depth: context.depth + 1 });
    this.expanding.delete(node);
    return value;
  }

  private readItem(item: YamlNode, index: number, context: Context): unknown {
    const place = this.problems.locate(context.place, index, item.start);
    return this.read(item, { ...context, place, depth: context.depth + 1 });
  }

  private readMap({ items }: MapNode, context: Context): unknown {
    const map: Record<string, unknown> = Object.create(null);
    const seen = new Map<string, number>();
    for (const { key, value } of items) {
      const at = key.start;
      if (key.kind !== 'scalar' || (typeof key.value !== 'string' && typeof key.value !== 'number')) {
        if (key.kind === 'map')
          return this.wrong(key, context, 'braces without quotes are a map in YAML: quote the value');
        this.problems.at(at, 'a key must be text: quote it');
        continue;
      }
      const name = String(key.value);
      const first = seen.get(name);
      seen.set(name, first ?? at);
      if (first !== undefined) {
        this.problems.at(
          at,
          `the key "${name}" stands twice here, first in line ${this.problems.lineOf(first)}`,
        );
      } else if (name === '<<')
        return this.wrong(key, context, 'merge keys (<<) are not part of YAML 1.2: write the values out');
      else if (name === '__proto__') this.problems.at(at, '"__proto__" cannot be a key');
      else map[name] = this.readValue(name, value, at, context);
      if (context.inRecords && context.depth === 1) this.problems.hide(at, key.end);
    }
    return map;
  }

  private readValue(
    name: string,
    value: YamlNode,
    at: number,
    { place, depth, literal, ...outer }: Context,
  ): unknown {
    const inRecords = outer.inRecords || (depth === 0 && name === 'records');
    return this.read(value, {
      place: this.problems.locate(place, name, value.start, at),
      key: name,
      depth: depth + 1,
      literal: literal || name === 'when' || (depth === 0 && name === 'tests'),
      secret: inRecords || isSecret(name),
      inRecords,
    });
  }

  private readScalar(node: ScalarNode, context: Context): unknown {
    const { value } = node;
    if (node.tag === FILE_TAG) return this.readFile(String(value), node, context);
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
      return this.wrong(node, context, 'an integer beyond 2^53 cannot be kept exactly: quote it');
    if (context.secret && typeof value !== 'boolean' && value !== null)
      this.hide(node, context.key, String(value));
    if (typeof value !== 'string' || context.literal) return value;
    const text = substitute(value, {
      env: this.env,
      report: (message) => this.wrong(node, context, message),
      conceal: (from, shown) => this.problems.conceal(from, shown),
    });
    if (text === undefined) this.problems.markPlace(context.place);
    return text;
  }

  private hide(node: YamlNode, key: string, text: string): void {
    if (!isHarmless(key, text)) this.problems.hide(node.start, node.end);
  }

  /** The secret in a mounted file, without the newline that editors leave at its end. */
  private readFile(path: string, node: YamlNode, context: Context): string | undefined {
    const full = resolve(this.directory, path);
    const read = readTextFile(full);
    if (!('text' in read)) {
      if (read.missing && this.env === undefined) this.problems.markPlace(context.place);
      else this.wrong(node, context, `cannot read the file ${full}: ${read.problem}`);
      return undefined;
    }
    const text = read.text.replace(/\r?\n$/, '');
    this.problems.conceal(text, `!file ${path}`);
    return text;
  }

  private wrongTag(node: YamlNode, tag: string, context: Context): undefined {
    const written = tag.replace('tag:yaml.org,2002:', '!!');
    const at = this.text.lastIndexOf(written, node.start);
    const quote =
      context.key === 'when' ? 'put the whole expression in single quotes' : 'quote it, if text is meant';
    this.problems.markPlace(context.place);
    this.problems.at(Math.max(at, 0), `"${written}" is a tag in YAML, because it begins with "!": ${quote}`);
  }

  private wrong(node: YamlNode, { place }: Context, message: string): undefined {
    this.problems.markPlace(place);
    this.problems.at(node.start, message);
  }
}
