import { readFileSync } from 'node:fs';
import { setInterval } from 'node:timers';

/** The resident memory of a process, in bytes. */
export function memoryOf(pid: number): number {
  const pages = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1];
  return Number(pages) * 4_096;
}

/** How many bytes a process has read so far, from sockets and files. */
export function bytesReadBy(pid: number): number {
  return Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1]);
}

/** The most memory that a process has while `work` runs, above what it had before. */
export async function riseDuring(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = memoryOf(pid);
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, memoryOf(pid));
  }, 20);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}
