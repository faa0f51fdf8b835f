import type { Verdict } from '../core/words.ts';

export function verdict(truth: Verdict['truth'], reason: string): Verdict {
  return { truth, reason };
}

export const YES: Verdict = Object.freeze(verdict(true, 'holds'));

export const UNKNOWN: Verdict = Object.freeze(verdict(false, 'the caller is unknown'));

/** A value as an operator reads it in a reason: JSON, bounded. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
