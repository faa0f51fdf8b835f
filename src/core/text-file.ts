import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

/** What a text file holds, or why it cannot be read. */
export type TextFile = { text: string } | { problem: string; missing: boolean };

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  ELOOP: 'its links lead in a circle',
};

/** Reads a file as UTF-8. Other bytes are a problem: replaced by U+FFFD, they would make a secret that nobody has. */
export function readTextFile(path: string): TextFile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { problem: PROBLEMS[code] ?? code, missing: code === 'ENOENT' || code === 'ENOTDIR' };
  }
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') };
  return { problem: `line ${lineOfOddByte(bytes)} is not UTF-8`, missing: false };
}

function lineOfOddByte(bytes: Buffer): number {
  let line = 1;
  let start = 0;
  for (
    let end = bytes.indexOf(10);
    end >= 0 && isUtf8(bytes.subarray(start, end));
    end = bytes.indexOf(10, start)
  ) {
    line += 1;
    start = end + 1;
  }
  return line;
}
