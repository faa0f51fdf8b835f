import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { bodyPending, closeGently } from '../core/body.ts';
import type { Reply } from '../core/decision.ts';
import { METHODS } from '../core/methods.ts';

/** After these, what follows on the connection cannot be trusted to be a request. */
const CLOSING = new Set([400, 408, 413, 431]);

/** What a route can name. Who sends TRACE, or a method of WebDAV, took Postern for something else. */
const ROUTABLE: ReadonlySet<string> = new Set(METHODS);

/** Writes an answer of Postern's own. */
export function answer(response: ServerResponse, { status, headers, body }: Reply): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const pending = bodyPending(response.req);
  if (pending) closeGently(response);
  const { method = '' } = response.req;
  const close = pending || CLOSING.has(status) || !ROUTABLE.has(method);
  response.writeHead(status, close ? [...headers, 'connection', 'close'] : [...headers]);
  response.end(method === 'HEAD' ? undefined : body);
}

/** Answers on a bare socket, where there is no request or it asked for an upgrade, and closes it. */
export function answerSocket(socket: Duplex, { status, headers, body }: Reply): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
  for (let at = 0; at < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\r\n`;
  socket.end(`${head}connection: close\r\n\r\n${body}`, () => socket.destroy());
}
