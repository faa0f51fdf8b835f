#!/usr/bin/env node
import { Misuse } from './commands/command.ts';
import { commands } from './commands/index.ts';

const [name = 'help', ...args] = process.argv.slice(2);
const out = (text: string) => process.stdout.write(`${text}\n`);
const err = (text: string) => process.stderr.write(`${text}\n`);

function help(): string {
  const list = commands.map((command) => `  ${command.name.padEnd(10)} ${command.summary}`);
  return ['usage: postern COMMAND [options]', '', ...list, '', 'postern COMMAND --help says more.'].join(
    '\n',
  );
}

async function main(): Promise<number> {
  const command = commands.find((candidate) => candidate.name === name.replace(/^--(?=version$)/, ''));
  if (!command) {
    const asked = ['help', '--help', '-h'].includes(name);
    (asked ? out : err)(asked ? help() : `postern: there is no command "${name}"\n\n${help()}`);
    return asked ? 0 : 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    out(command.usage);
    return 0;
  }
  try {
    return await command.run({ args, env: process.env, out, err });
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    err(`postern ${name}: ${error.message}\n\n${command.usage}`);
    return 2;
  }
}

process.exit(await main());
