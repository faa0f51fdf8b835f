import type { Verdict } from '../core/words.ts';

export function verdict(truth: Verdict['truth'], reason: string): Verdict {
  return { truth, reason };
}

export const YES: Verdict = Object.freeze(verdict(true, 'holds'));

export const UNKNOWN: Verdict = Object.freeze(verdict(false, 'the caller is unknown'));
