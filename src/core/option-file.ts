import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Tools } from './words.ts';

/** The text of a file that a part's options name, relative to the configuration; undefined after a problem was reported. */
export function readOptionFile(
  file: string,
  path: readonly (string | number)[],
  tools: Tools,
): string | undefined {
  try {
    return readFileSync(resolve(tools.directory, file), 'utf8');
  } catch {
    tools.report(path, `cannot read the file ${file.length > 100 ? 'that is named here' : file}`);
    return undefined;
  }
}
