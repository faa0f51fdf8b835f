import type { IncomingMessage } from 'node:http';
import { hasBody } from '../core/body.ts';

/**
 * A reason why another server could read the request's end elsewhere than Node's parser has found it, or undefined.
 * The parser has refused the rest of RFC 9112 §6.3: two lengths, a length beside chunks, chunks that are none.
 */
export function framingProblem(request: IncomingMessage, upgrade: boolean): string | undefined {
  const { httpVersion, headers } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return `the version HTTP/${httpVersion}`;
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) {
    // RFC 9112 §6.1: a message of HTTP/1.0 with a transfer coding has faulty framing.
    if (httpVersion === '1.0') return 'HTTP/1.0 knows no Transfer-Encoding';
    if (coding.toLowerCase() !== 'chunked') return 'a Transfer-Encoding other than chunked';
  }
  // What follows an upgrade belongs to the new protocol: the parser leaves a body there unread.
  if (upgrade && hasBody(request)) return 'an upgrade with a body';
  return undefined;
}
