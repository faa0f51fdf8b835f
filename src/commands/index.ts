import type { Command } from './command.ts';

/** A command as `postern help` lists it. What it needs is loaded when it is asked for: `health` is asked often. */
interface Listed {
  name: string;
  summary: string;
  load(): Promise<Command>;
}

/** Every command there is. A new one is a file beside these and a line here. */
export const commands: readonly Listed[] = [
  {
    name: 'serve',
    summary: 'Serve the routes of a file',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'check',
    summary: 'Report every problem of a file, without serving it',
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'health',
    summary: 'Ask a running Postern whether it is alive',
    load: async () => (await import('./health.ts')).health,
  },
  {
    name: 'version',
    summary: 'Print the version',
    load: async () => (await import('./version.ts')).version,
  },
];
