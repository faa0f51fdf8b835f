import type { DivergenceId } from '../divergences.ts';
import type { Outcome } from './outcome.ts';
import type { Asking, Effect, View } from './recording.ts';

/** A step on its way to be played. */
export interface Before {
  id: string;
  env: Readonly<Record<string, string>>;
  /** Among the requests of its case, from 0. */
  number: number;
  step: Asking & { http: string };
  view: View | undefined;
  /** What Redis was given before, by key. */
  held: Effect;
  /** What the first request of the case is to come to. */
  first: Outcome | undefined;
}

/** Where Postern differs from DRF on purpose, and what it does there instead. */
export interface Exception {
  id: DivergenceId;
  where(before: Before): boolean;
  instead(outcome: Outcome, before: Before): Partial<Outcome>;
}

type Where = (before: Before) => boolean;
type Instead = (outcome: Outcome, before: Before) => Partial<Outcome>;

/** Requests of the cases so called, or of some of them by number. */
export function inCase(id: string | RegExp, ...numbers: readonly number[]): Where {
  return (before) =>
    (typeof id === 'string' ? before.id === id : id.test(before.id)) &&
    (numbers.length === 0 || numbers.includes(before.number));
}

export const either =
  (...several: readonly Where[]): Where =>
  (before) =>
    several.some((where) => where(before));

/** Refused here, where DRF did something else. */
export function refused(
  status: number,
  body: string | object,
  headers: Readonly<Record<string, string>> = {},
): Instead {
  const varied = ({ headers: { Vary } }: Outcome) => (Vary === undefined ? {} : { Vary });
  return (outcome) => ({
    status,
    forwarded: false,
    user: undefined,
    headers: inOrder({ 'Content-Type': 'application/json', ...varied(outcome), ...headers }),
    cookies: [],
    body: typeof body === 'string' ? { detail: body } : body,
    effect: {},
  });
}

/** Forwarded, where DRF refused. */
export function forwarded(user: string | null, effect: Outcome['effect'] = {}): Instead {
  return ({ headers: { Vary } }) => ({
    status: 200,
    forwarded: true,
    user,
    headers: Vary === undefined ? {} : { Vary },
    cookies: [],
    body: undefined,
    effect,
  });
}

export const malformed = refused(400, 'Malformed request.');
export const unavailable = refused(503, 'Service temporarily unavailable, try again later.', {
  'Retry-After': '1',
});
export const forbidden = refused(403, 'You do not have permission to perform this action.');

export function throttled(seconds: number): Instead {
  const unit = seconds === 1 ? 'second' : 'seconds';
  const detail = `Request was throttled. Expected available in ${seconds} ${unit}.`;
  return refused(429, detail, { 'Retry-After': String(seconds) });
}

/** A user's history in Redis after a request that was counted. */
export function history(key: string, ...moments: readonly number[]): Outcome['effect'] {
  return { [`:1:throttle_${key}`]: { ttl: 60, history: moments } };
}

function inOrder(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)));
}
