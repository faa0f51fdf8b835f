import { tooMuch } from './undecodable.ts';

/** What reading one stored value may cost, whoever wrote it. */
export interface Limits {
  /** Bytes of the value, before and after decompression. */
  bytes: number;
  /** Steps of work in all, each of about ten nanoseconds: a step makes a byte, a few dozen steps make a value. */
  work: number;
  /** Containers inside each other. */
  depth: number;
}

/** Wide for sessions (Django's usual one takes 300 steps), and yet no value holds up other requests for 20 ms. */
export const DEFAULT_LIMITS: Readonly<Limits> = { bytes: 1 << 20, work: 600_000, depth: 64 };

/**
 * The cost of one stored value, over all that is done to read it: decompress, decode, turn into a record. Whoever does
 * some of the work, or makes a copy, pays before. Counting values would not do: forty bytes can ask for a billion of
 * them, and one value can be made of a megabyte again and again.
 */
export class Budget {
  readonly limits: Limits;
  /** Steps of work so far. */
  spent = 0;

  constructor(limits: Limits = DEFAULT_LIMITS) {
    this.limits = limits;
  }

  /** @throws Undecodable (`limit`) */
  spend(steps: number): void {
    this.spent += steps;
    if (this.spent > this.limits.work) throw tooMuch('record takes too much work to read');
  }

  /** Pays for bytes that native code copies, compares or decodes: sixteen a step. */
  spendBytes(bytes: number): void {
    this.spend(bytes / 16);
  }

  /** @throws Undecodable (`limit`) */
  refuseLong(bytes: number): void {
    if (bytes > this.limits.bytes) throw tooMuch(`record is longer than ${this.limits.bytes} bytes`);
  }

  /** @throws Undecodable (`limit`) */
  refuseDeep(depth: number): void {
    if (depth > this.limits.depth) throw tooMuch(`record is nested deeper than ${this.limits.depth}`);
  }
}
