import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type YAMLError,
} from 'yaml';
import { type Environment, substitute } from './environment.ts';
import { type Path, Problems } from './problems.ts';

const DEEPEST = 32;
/** Ten thousand routes have some 200,000 nodes; an alias bomb has billions. */
const MOST_NODES = 1_000_000;
const LARGEST = 16 * 1024 * 1024;

/** A scalar that names a file, as `!file path` gives it. */
class FileReference {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

const FILE_TAG = { tag: '!file', resolve: (text: string) => new FileReference(text) };

export interface YamlSource {
  text: string;
  /** As it is to be shown in messages. */
  file: string;
  /** `!file` paths are relative to it. */
  directory: string;
  env: Environment;
}

/**
 * Reads YAML 1.2 into plain values and remembers where each stands. `${NAME}` and `!file path` are replaced;
 * whatever other readers of YAML understand differently is a problem: unknown tags, directives, `<<`, keys
 * that stand twice, integers beyond 2^53.
 */
export function parseYaml({ text, file, directory, env }: YamlSource): {
  value: unknown;
  problems: Problems;
} {
  const lines = new LineCounter();
  const problems = new Problems(file, text, lines);
  if (text.length > LARGEST) {
    problems.at(0, 'the file is larger than 16 MB');
    return { value: undefined, problems };
  }
  const parsed = parseAllDocuments(text, {
    customTags: [FILE_TAG],
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const [document, second] = Array.isArray(parsed) ? parsed : [];
  if (!document?.contents) {
    problems.at(0, 'the file is empty');
    return { value: undefined, problems };
  }
  for (const problem of [...document.errors, ...document.warnings])
    problems.at(problem.pos[0], messageOf(problem));
  if (second) problems.at(second.range[0], 'the file holds more than one document ("---")');
  if (document.directives?.yaml.explicit)
    problems.at(0, 'YAML directives (%YAML) are not allowed: Postern reads YAML 1.2');
  if (!problems.empty) return { value: undefined, problems };
  return { value: new Reader(document, problems, directory, env).read(document.contents, [], 0), problems };
}

function messageOf({ code, message }: YAMLError): string {
  if (code === 'DUPLICATE_KEY') return 'this key stands twice in its map';
  if (code === 'TAG_RESOLVE_FAILED')
    return `${message.replace('Unresolved tag: ', 'unknown tag ')}: quote a value that begins with "!"`;
  return message;
}

class Reader {
  private readonly document: Document;
  private readonly problems: Problems;
  private readonly directory: string;
  private readonly env: Environment;
  private nodes = 0;

  constructor(document: Document, problems: Problems, directory: string, env: Environment) {
    this.document = document;
    this.problems = problems;
    this.directory = directory;
    this.env = env;
  }

  read(node: unknown, path: Path, depth: number): unknown {
    const at = offsetOf(node);
    if (++this.nodes > MOST_NODES) {
      if (this.nodes === MOST_NODES + 1)
        this.problems.at(at, 'the file has too many values (aliases count each time)');
      return undefined;
    }
    if (depth > DEEPEST) {
      this.problems.at(at, `values are nested more than ${DEEPEST} deep`);
      return undefined;
    }
    if (isAlias(node)) return this.read(node.resolve(this.document), path, depth + 1);
    if (isMap(node)) return this.readMap(node.items, path, depth);
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        this.problems.locate([...path, index], offsetOf(item));
        return this.read(item, [...path, index], depth + 1);
      });
    }
    return isScalar(node) ? this.readScalar(node.value, at, path) : null;
  }

  private readMap(items: readonly { key: unknown; value: unknown }[], path: Path, depth: number): unknown {
    const map: Record<string, unknown> = Object.create(null);
    for (const { key, value } of items) {
      const at = offsetOf(key);
      if (!isScalar(key) || (typeof key.value !== 'string' && typeof key.value !== 'number')) {
        this.problems.at(at, 'a key is plain text (quote it, if it is meant to be)');
        continue;
      }
      const name = String(key.value);
      if (name === '<<') this.problems.at(at, 'merge keys (<<) are not allowed: write the values out');
      else if (name === '__proto__') this.problems.at(at, '__proto__ is no key');
      else {
        const here = [...path, name];
        this.problems.locate(here, value === null ? at : offsetOf(value, at), at);
        map[name] = this.read(value, here, depth + 1);
      }
    }
    return map;
  }

  private readScalar(value: unknown, at: number, path: Path): unknown {
    if (value instanceof FileReference) return this.readFile(value.path, at);
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
      this.problems.at(at, 'an integer beyond 2^53 cannot be kept exactly: quote it');
    }
    if (typeof value !== 'string' || path[0] === 'tests' || path.at(-1) === 'when') return value;
    return substitute(value, this.env, (message) => this.problems.at(at, message));
  }

  /** The secret in a mounted file, without the newline that editors leave at its end. */
  private readFile(path: string, at: number): string {
    try {
      return readFileSync(resolve(this.directory, path), 'utf8').replace(/\r?\n$/, '');
    } catch {
      this.problems.at(at, `cannot read the file ${path}`);
      return '';
    }
  }
}

function offsetOf(node: unknown, otherwise = 0): number {
  if (node === null || typeof node !== 'object' || !('range' in node) || !Array.isArray(node.range))
    return otherwise;
  return typeof node.range[0] === 'number' ? node.range[0] : otherwise;
}
