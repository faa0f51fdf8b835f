import { Refusal } from '../core/refusal.ts';

/** Why there is no reply, or no more of it. */
export interface Failure {
  /** What it means for a client who has received nothing yet. The server's own words stay here. */
  readonly refusal: Refusal;
  /** Whether the server has received nothing of the request, so that another may be tried. */
  readonly unsent: boolean;
}

const TIMEOUTS = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);

/** A failure of which an error's code says the kind, and the log the code. */
export function failureOf(error: Error, unsent = false): Failure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return {
    refusal: new Refusal(TIMEOUTS.has(code) ? 'upstream_timeout' : 'upstream_unreachable', code),
    unsent,
  };
}

/** The server answered with something that is not HTTP/1.1, or not safe to pass on. */
export function badReply(reason: string): Failure {
  return { refusal: new Refusal('upstream_unreachable', reason), unsent: false };
}

/** The server did not answer in time. */
export function tooLate(reason: string, unsent = false): Failure {
  return { refusal: new Refusal('upstream_timeout', reason), unsent };
}
