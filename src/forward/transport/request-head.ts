import type { Outbound } from '../../core/outbound.ts';
import type { Target } from '../target.ts';

/** Methods whose requests have a body as a rule: without one they must say so (RFC 9110 §8.6). */
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * The head of a request as it goes to a server, as latin-1 text. The lines are those that Node's parser has read, and
 * Postern's own, which `outbound` has checked: no line can hold the end of another.
 *
 * @param connection lines about this connection, each with its CR LF
 */
export function requestHead(
  { method, path, host, headers }: Outbound,
  { authority }: Target,
  body: { chunked: boolean } | undefined,
  connection = '',
): string {
  let text = `${method} ${path} HTTP/1.1\r\nhost: ${host ?? authority}\r\n`;
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  if (body?.chunked) text += 'transfer-encoding: chunked\r\n';
  else if (!body && WITH_BODY.has(method) && !hasLength(headers)) text += 'content-length: 0\r\n';
  return `${text}${connection}\r\n`;
}

function hasLength(headers: readonly string[]): boolean {
  for (let at = 0; at < headers.length; at += 2)
    if (headers[at]?.toLowerCase() === 'content-length') return true;
  return false;
}
