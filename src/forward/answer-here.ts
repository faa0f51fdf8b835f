import { bodyPending } from '../core/body.ts';
import type { Delivery } from '../core/delivery.ts';
import type { Sending } from '../core/upstream.ts';
import { replyHeaders } from './reply-headers.ts';

/**
 * Writes the reply of an upstream that is Postern itself.
 *
 * @param lines header lines, name and value in turn, without the length
 */
export function answerHere(
  { exchange, request, response }: Sending,
  lines: readonly string[],
  body: string,
): Delivery {
  const bytesSent = Buffer.byteLength(body);
  response.writeHead(200, [
    ...replyHeaders(200, [...lines, 'content-length', String(bytesSent)], exchange),
    ...(bodyPending(request) ? ['connection', 'close'] : []),
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
  return { upstreamMs: undefined, bytesSent };
}
