import { hasBody } from '../core/body.ts';
import type { Headers } from '../core/head.ts';

/**
 * A reason why another server could read the request's end elsewhere than Node's parser has found it, or undefined.
 * The parser has refused the rest of RFC 9112 §6.3: two lengths, a length beside chunks, malformed chunks.
 */
export function framingProblem(version: string, headers: Headers, upgrade: boolean): string | undefined {
  if (version !== '1.1' && version !== '1.0') return `the version HTTP/${version}`;
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) {
    // RFC 9112 §6.1: a message of HTTP/1.0 with a transfer coding has faulty framing.
    if (version === '1.0') return 'HTTP/1.0 knows no Transfer-Encoding';
    if (coding.toLowerCase() !== 'chunked') return 'a Transfer-Encoding other than chunked';
  }
  // What follows an upgrade belongs to the new protocol: the parser leaves a body there unread.
  if (upgrade && hasBody({ headers })) return 'an upgrade with a body';
  return undefined;
}
