import { Refusal } from '../core/refusal.ts';
import { BodyRefused } from './body-meter.ts';

const TIMEOUTS = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);

/** What an upstream's failure means for a client who has received nothing yet. The upstream's own words stay here. */
export function failure(error: Error): Refusal {
  if (error instanceof BodyRefused) return error.refusal;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return new Refusal(TIMEOUTS.has(code) ? 'upstream_timeout' : 'upstream_unreachable', code);
}
