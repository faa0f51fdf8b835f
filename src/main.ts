#!/usr/bin/env node
import { Misuse } from './commands/command.ts';
import { commands } from './commands/index.ts';
import { nearest } from './core/suggest.ts';

const [name = 'help', ...args] = process.argv.slice(2);
// Whoever reads them may go away, and a disk may be full: that is no reason to end.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
const out = (text: string) => process.stdout.write(`${text}\n`);
const err = (text: string) => process.stderr.write(`${text}\n`);

function help(): string {
  const list = commands.map((command) => `  ${command.name.padEnd(10)} ${command.summary}`);
  return ['usage: postern COMMAND [options]', '', ...list, '', 'postern COMMAND --help says more.'].join(
    '\n',
  );
}

function listed(word: string | undefined): (typeof commands)[number] | undefined {
  return commands.find((candidate) => candidate.name === word?.replace(/^--(?=version$)/, ''));
}

function unknown(): string {
  const names = commands.map((candidate) => candidate.name);
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `postern: there is no command "${name}"${hint}\n\n${help()}`;
}

async function main(): Promise<number> {
  const asked = ['help', '--help', '-h'].includes(name);
  const command = await listed(asked ? args[0] : name)?.load();
  if (asked || (command && args.some((arg) => arg === '--help' || arg === '-h'))) {
    out(command?.usage ?? help());
    return 0;
  }
  if (!command) {
    err(unknown());
    return 2;
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
