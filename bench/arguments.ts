import { suggestion } from '../src/core/suggest.ts';

export interface Options {
  /** Names of rows; all of them where it is empty. */
  only: readonly string[];
  rounds: number;
  seconds: number;
  /** Where to write the figures. */
  json: string | undefined;
  /** Where to write the picture. */
  svg: string | undefined;
  quietPeers: boolean;
  help: boolean;
}

export const USAGE = `usage: npm run bench -- [options]

  --only ROW[,ROW]   these rows alone
  --rounds N         how often each contestant is measured (5)
  --seconds N        how long a measurement lasts (3)
  --quiet-peers      the others write no access log; Postern does
  --json FILE        all figures
  --svg FILE         a picture
  --help             this text, and the rows`;

/** The options that take whole numbers, each with its bounds. */
const NUMBERS = { rounds: [1, 50], seconds: [1, 60] } as const;
const FLAGS = ['--quiet-peers', '--help'];
const NAMES = ['--only', '--rounds', '--seconds', '--json', '--svg', ...FLAGS];

/** The options, or what is wrong with them. */
export function parseArguments(args: readonly string[], rows: readonly string[]): Options | string {
  const only: string[] = [];
  const options = {
    only,
    rounds: 5,
    seconds: 3,
    json: undefined as string | undefined,
    svg: undefined as string | undefined,
    quietPeers: false,
    help: false,
  };
  const queue = args.flatMap((arg) => {
    const at = arg.startsWith('--') ? arg.indexOf('=') : -1;
    return at < 0 ? [arg] : [arg.slice(0, at), arg.slice(at + 1)];
  });
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (!NAMES.includes(name)) return `unknown option ${name}${suggestion(name, NAMES)}`;
    if (name === '--help') options.help = true;
    else if (name === '--quiet-peers') options.quietPeers = true;
    else {
      const value = queue.shift();
      if (value === undefined || value === '') return `${name} needs a value`;
      const problem = set(name.slice(2), value);
      if (problem !== undefined) return problem;
    }
  }
  return options;

  function set(name: string, value: string): string | undefined {
    if (name === 'json' || name === 'svg') options[name] = value;
    else if (name === 'rounds' || name === 'seconds') {
      const [least, most] = NUMBERS[name];
      const number = /^\d+$/.test(value) ? Number(value) : 0;
      if (number < least || number > most) return `--${name} is a whole number from ${least} to ${most}`;
      options[name] = number;
    } else {
      for (const row of value.split(',')) {
        if (!rows.includes(row)) return `there is no row "${row}"${suggestion(row, rows)}`;
        only.push(row);
      }
    }
    return undefined;
  }
}
