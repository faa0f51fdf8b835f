import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts CPU time in for programs: USER_HZ, 100 to the second on every platform of Node.js. */
const MICROSECONDS_PER_TICK = 10_000;

export interface Stat {
  /** CPU time, user and system together, of all threads that the process has or had. */
  cpuMicroseconds: number;
  /** When it was started, in ticks since boot: tells a process from a later one with the same id. */
  startedAt: number;
  ended: boolean;
}

/** Reads `/proc/PID/stat`, see proc(5). The command's name is in parentheses, and may have spaces and parentheses. */
export function parseStat(text: string): Stat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system, started] = [fields[11], fields[12], fields[19]];
  if (started === undefined) throw new Error('not the text of /proc/PID/stat');
  return {
    cpuMicroseconds: (Number(user) + Number(system)) * MICROSECONDS_PER_TICK,
    startedAt: Number(started),
    ended: fields[0] === 'Z' || fields[0] === 'X',
  };
}

/** Undefined for a process that has ended, even if nobody has taken note of that yet. */
export function statOf(pid: number): Stat | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  const stat = text ? parseStat(text) : undefined;
  return stat?.ended ? undefined : stat;
}

/** A process and all that it started, and what those started. */
export function processTree(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(processTree)];
}

/** CPU time that a process and its tree have used. */
export function cpuMicroseconds(pid: number): number {
  return processTree(pid).reduce((sum, one) => sum + (statOf(one)?.cpuMicroseconds ?? 0), 0);
}

/** Resident memory of a process and its tree. Pages that several of them share count for each. */
export function residentBytes(pid: number): number {
  return processTree(pid).reduce((sum, one) => {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${one}/status`)) ?? [];
    return sum + Number(kilobytes ?? 0) * 1_024;
  }, 0);
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readIfThere(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** A process may end between two looks. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
