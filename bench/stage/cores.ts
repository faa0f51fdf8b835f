import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Who runs where, as `taskset -c` takes it. */
export interface Cores {
  /** The core of the contestant under load. Each has it for itself, since the others have nothing to do then. */
  contestant: string;
  /** The core of the load, the upstream, Redis and the bench itself. */
  rest: string;
  /** Cores for a contestant of several processes; fewer than `workers` where the machine has no more. */
  several(workers: number): string;
}

/** `0-2,5` as the numbers. */
export function parseCores(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = '', last = first] = part.split('-');
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
  });
}

/** Undefined when this process may use but one core: a bench that shares it measures nothing. */
export function chooseCores(): Cores | undefined {
  const status = readFileSync('/proc/self/status', 'utf8');
  const [, list = ''] = /^Cpus_allowed_list:\s+(\S+)$/m.exec(status) ?? [];
  const [rest, contestant, ...more] = parseCores(list);
  if (rest === undefined || contestant === undefined) return undefined;
  return {
    contestant: String(contestant),
    rest: String(rest),
    several: (workers) => [contestant, ...more].slice(0, workers).join(','),
  };
}

/** Pins all threads of this process, and with them whatever it starts. */
export function pinSelf(cores: string): void {
  spawnSync('taskset', ['-acp', cores, String(process.pid)], { stdio: 'ignore' });
}
