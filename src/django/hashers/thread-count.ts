import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const MOST = 4;

/** As many hash threads as leave a CPU for requests; one where there is only one. */
export function threadCount(cpus = usableCpus()): number {
  return Math.min(MOST, Math.max(1, Math.floor(cpus) - 1));
}

/** The CPUs that this process may use: a container's limit (cgroup v2) counts where it is lower. */
function usableCpus(): number {
  const cores = availableParallelism();
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').split(' ').map(Number);
    return Math.min(cores, (quota ?? Number.NaN) / (period ?? Number.NaN) || cores);
  } catch {
    return cores;
  }
}
