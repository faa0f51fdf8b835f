import type { Authenticator } from './words.ts';

/** The first authenticator decides: 401 with its challenge, or 403 when it names none (DRF). */
export function challengeOf(chain: readonly Authenticator[]): {
  status?: number;
  headers?: Record<string, string>;
} {
  const challenge = chain[0]?.challenge;
  return challenge === undefined ? { status: 403 } : { headers: { 'www-authenticate': challenge } };
}
