import { UnusableHash } from './unusable-hash.ts';

/** What one check of a hash takes. */
export interface Cost {
  /** Milliseconds of one core, as measured on a server of 2024; `Pace` knows this machine's. */
  ms: number;
  /** Bytes of memory while it runs. */
  bytes: number;
}

/** pbkdf2 with 10,000,000 iterations; Django's defaults take a tenth. */
export const MAX_MS = 2_000;

/** Django's argon2 takes 100 MiB. */
export const MAX_BYTES = 256 << 20;

/** Refuses parameters that would take too long or too much memory, before any work is done. */
export function tooCostly(name: string, { ms, bytes }: Cost): UnusableHash | undefined {
  if (ms <= MAX_MS && bytes <= MAX_BYTES) return undefined;
  return new UnusableHash('limit', `${name} hash has parameters that take too much time or memory`);
}
