import { resolve } from 'node:path';
import { readTextFile } from './text-file.ts';
import type { Tools } from './words.ts';

/** What is surely meant as the name of a file. Other text may be a secret in the wrong place, and is not shown. */
const FILE_NAME = /^(?=.*\.[A-Za-z]{1,6}$|\.{0,2}\/)[\w@%. /-]{1,200}$/;

/**
 * The text of a file that a part's options name, relative to the configuration; undefined after a problem was reported,
 * and where `check --no-env` may do without it.
 */
export function readOptionFile(
  file: string,
  path: readonly (string | number)[],
  tools: Tools,
): string | undefined {
  const full = resolve(tools.directory, file);
  const read = readTextFile(full);
  if ('text' in read) return read.text;
  if (read.missing && tools.filesElsewhere) return undefined;
  tools.report(
    path,
    FILE_NAME.test(file)
      ? `cannot read the file ${full}: ${read.problem}`
      : `cannot read the file that is named here: ${read.problem}`,
  );
  return undefined;
}
