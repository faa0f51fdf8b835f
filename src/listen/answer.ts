import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { bodyPending, closeGently, endsWithBody } from '../core/body.ts';
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
  const { method = '' } = response.req;
  const last = CLOSING.has(status) || !ROUTABLE.has(method);
  if (last && bodyPending(response.req)) closeGently(response);
  const close = last || endsWithBody(response);
  response.writeHead(status, close ? [...headers, 'connection', 'close'] : [...headers]);
  response.end(method === 'HEAD' ? undefined : body);
}

/** Tells a client that waits with its body that it may send it (RFC 9110 §10.1.1). HTTP/1.0 knows no such answer. */
export function letBodyCome(response: ServerResponse): void {
  const { req } = response;
  if (req.headers.expect !== undefined && req.httpVersion === '1.1' && bodyPending(req))
    response.writeContinue();
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
