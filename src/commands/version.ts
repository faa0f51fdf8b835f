import { readFileSync } from 'node:fs';
import type { Command } from './command.ts';

export const version: Command = {
  usage: 'postern version',
  async run({ out }) {
    out(packageVersion());
    return 0;
  },
};

export function packageVersion(): string {
  return (JSON.parse(readFileSync(packageFile(), 'utf8')) as { version: string }).version;
}

/** The compiled file stands one folder deeper in some builds than in others. */
function packageFile(): URL {
  for (const above of ['../../package.json', '../../../package.json']) {
    const url = new URL(above, import.meta.url);
    try {
      readFileSync(url);
      return url;
    } catch {}
  }
  throw new Error('package.json is missing');
}
