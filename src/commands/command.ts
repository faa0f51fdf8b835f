/** One command of the command line. */
export interface Command {
  /** Shown by `postern help COMMAND`: the command line, and a line per option. */
  usage: string;
  /** Resolves to the exit code; 0 is good, 1 a problem of the file or the world, 2 a misuse of the command line. */
  run(context: CommandContext): Promise<number>;
}

export interface CommandContext {
  args: string[];
  env: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  err(text: string): void;
}

/** The command line was not understood. */
export class Misuse extends Error {
  override name = 'Misuse';
}
