import type { HashSpec } from './hash-job.ts';
import type { StoredHash } from './hasher.ts';
import { iterationsOf } from './pbkdf2.ts';

type Paced = Pick<StoredHash, 'spec' | 'cost'>;

/** Shorter ones are too short to measure. */
const LEAST_MS = 10;

/**
 * How fast this machine is at each algorithm. The nominal costs hold for one machine; on another, pbkdf2 may be half
 * as fast and argon2 faster, so that equal nominal costs would not take equal time. The fastest run counts, because
 * other runs were interrupted.
 */
export class Pace {
  private readonly fastest = new Map<HashSpec['algorithm'], number>();

  /** Learns from a run. */
  note({ spec, cost }: Paced, ms: number): void {
    if (cost.ms < LEAST_MS) return;
    const known = this.fastest.get(spec.algorithm) ?? Number.POSITIVE_INFINITY;
    this.fastest.set(spec.algorithm, Math.min(known, ms / cost.ms));
  }

  /** Milliseconds that a check of `hash` takes here. */
  of({ spec, cost }: Paced): number {
    return cost.ms * this.factor(spec.algorithm);
  }

  /** Iterations of pbkdf2 that `hash` lacks to take as long as `like`. */
  padding(hash: Paced, like: Paced): number {
    return iterationsOf(Math.max(0, this.of(like) - this.of(hash)) / this.factor('pbkdf2'));
  }

  private factor(algorithm: HashSpec['algorithm']): number {
    return this.fastest.get(algorithm) ?? 1;
  }
}
