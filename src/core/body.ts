import type { IncomingMessage } from 'node:http';

/** RFC 9112 §6.3: a request has a body when its head says so. */
export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  return headers['content-length'] !== undefined && headers['content-length'] !== '0';
}

/** True while a part of the body has not been read; the connection cannot carry another request then. */
export function bodyPending(request: IncomingMessage): boolean {
  return !request.complete && hasBody(request);
}
