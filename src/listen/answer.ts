import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { bodyPending } from '../core/body.ts';
import type { Refusal } from '../core/refusal.ts';

/** Answers a request with a refusal. With a body still to come, the connection is closed: nobody will read it. */
export function answer(response: ServerResponse, refusal: Refusal, requestId: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = refusal.body();
  const close = bodyPending(response.req) || CLOSING.has(refusal.status);
  response.writeHead(refusal.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    ...refusal.headers,
    ...(close ? { connection: 'close' } : {}),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** After these, what follows on the connection cannot be trusted to be a request. */
const CLOSING = new Set([400, 408, 431]);

/** Answers on a bare socket, where there is no request or it asked for an upgrade, and closes it. */
export function answerSocket(socket: Duplex, refusal: Refusal, requestId?: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = refusal.body();
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    ...refusal.headers,
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${lines.join('')}\r\n${body}`,
    () => socket.destroy(),
  );
}
