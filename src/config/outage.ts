import Type from 'typebox';
import { parseDuration } from '../core/duration.ts';
import type { OutagePolicy } from '../core/route.ts';

const STALE = /^stale ([0-9]{1,9}(?:ms|s|m|h|d))$/;

export const OutageText = Type.String({
  pattern: '^(deny|jwt-only|local-throttle|stale [0-9]{1,9}(ms|s|m|h|d))$',
  patternErrorMessage: 'one of deny, jwt-only, local-throttle, or "stale" and a duration: stale 5m',
  description:
    'What to do while Redis does not answer. `deny` (default): 503. `local-throttle`: count in this process. `jwt-only`: that, and JWTs pass on their signature alone. `stale 5m`: that, and credentials that Redis confirmed in the last 5 minutes are still accepted.',
});

export function outagePolicy(text: string): OutagePolicy {
  const staleMs = parseDuration(STALE.exec(text)?.[1] ?? '') ?? 0;
  return { staleMs, localThrottle: text !== 'deny', signatureAlone: text === 'jwt-only' || staleMs > 0 };
}
