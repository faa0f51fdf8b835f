import type { Scene, StartedContestant } from '../contestants/contestant.ts';
import type { Load } from '../load/load.ts';
import { type Seen, saturate } from '../load/wrk.ts';
import { cpuMicroseconds, residentBytes } from './accounting.ts';

const SAMPLE_MS = 100;

export interface ShotResult extends Seen {
  cpuMicroseconds: number;
  redisMicroseconds: number;
  /** The most resident memory seen meanwhile. */
  residentBytes: number;
}

/** Saturates a contestant, and reads from the operating system what that has cost. */
export async function shoot(
  { stage, redis }: Scene,
  { port, child }: StartedContestant,
  load: Load,
  seconds: number,
  seed: number,
): Promise<ShotResult> {
  let most = residentBytes(child.pid);
  const sampling = setInterval(() => {
    most = Math.max(most, residentBytes(child.pid));
  }, SAMPLE_MS);
  const before = [cpuMicroseconds(child.pid), cpuMicroseconds(redis.child.pid)] as const;
  try {
    const seen = await saturate(stage, load, { port, seconds, seed });
    return {
      ...seen,
      cpuMicroseconds: cpuMicroseconds(child.pid) - before[0],
      redisMicroseconds: cpuMicroseconds(redis.child.pid) - before[1],
      residentBytes: Math.max(most, residentBytes(child.pid)),
    };
  } finally {
    clearInterval(sampling);
  }
}
