import { Refusal } from '../core/refusal.ts';

/** A refusal by the guard, which says when to come back. */
export function tooMany(
  code: 'too_many_requests' | 'too_many_failed_logins',
  reason: string,
  waitMs: number,
): Refusal {
  const seconds = Math.max(Math.ceil(waitMs / 1_000), 1);
  const fill = seconds === 1 ? '1 second' : `${seconds} seconds`;
  return new Refusal(code, reason, { fill, headers: { 'retry-after': String(seconds) } });
}
