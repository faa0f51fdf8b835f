import type { Document } from 'yaml';
import { documentsOf } from './documents.ts';
import type { Environment } from './environment.ts';
import { nodesOf } from './nodes.ts';
import { Problems } from './problems.ts';
import { YamlReader } from './reader.ts';
import { describeSyntax } from './syntax.ts';

/** A line that begins with `%` is a directive, or a mistake. */
const DIRECTIVE = /^%.*$/gm;
const LARGEST = 16 * 1024 * 1024;

export interface YamlSource {
  text: string;
  /** As it is to be shown in messages. */
  file: string;
  /** `!file` paths are relative to it. */
  directory: string;
  /** Undefined where neither variables nor files are those of the machine that will serve. */
  env: Environment | undefined;
}

/**
 * Reads YAML 1.2 into plain values and remembers where each stands. `${NAME}` and `!file path` are replaced;
 * whatever other readers of YAML understand differently is a problem: unknown tags, directives, `<<`, keys
 * that stand twice, integers beyond 2^53. The value is undefined when there is none to judge further.
 */
export function parseYaml({ text, file, directory, env }: YamlSource): {
  value: unknown;
  problems: Problems;
} {
  const problems = new Problems(file, text);
  if (text.length > LARGEST) {
    problems.at(0, 'the file is larger than 16 MB');
    return { value: undefined, problems };
  }
  const reader = new YamlReader({ text, problems, directory, env });
  const directives = [...text.matchAll(DIRECTIVE)];
  for (const { index } of directives)
    problems.at(index, 'directives (%YAML, %TAG) are not allowed: this file is YAML 1.2');
  const readable = directives.length > 0 ? text.replace(DIRECTIVE, (line) => ' '.repeat(line.length)) : text;
  const documents = documentsOf(readable, problems);
  if (!documents) return { value: undefined, problems };
  const [document, second] = documents;
  if (!document?.contents || isEmpty(document)) {
    problems.at(0, 'the file is empty');
    return { value: undefined, problems };
  }
  if (second) problems.at(startOf(second), 'a second document begins here ("---"); a file holds one');
  const errors = document.errors.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED');
  const read = reader.readAll(nodesOf(document));
  // What was not understood may have been put together wrongly: nothing else is said of such a file.
  for (const { offset, message } of describeSyntax(document, errors, text, problems))
    problems.at(offset, message);
  problems.incomplete = errors.length > 0;
  return { value: errors.length > 0 ? undefined : read, problems };
}

function isEmpty({ contents, errors }: Document): boolean {
  const bare =
    contents !== null && typeof contents === 'object' && 'value' in contents && contents.value === null;
  return bare && errors.length === 0;
}

function startOf({ range }: Document): number {
  return range?.[0] ?? 0;
}
