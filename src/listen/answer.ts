import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { bodyPending, closeGently } from '../core/body.ts';
import type { Exchange } from '../core/exchange.ts';
import { METHODS } from '../core/methods.ts';
import type { Preflight } from '../core/preflight.ts';
import { Refusal } from '../core/refusal.ts';
import type { Speak } from './language.ts';

type Reply = Refusal | Preflight;

/** After these, what follows on the connection cannot be trusted to be a request. */
const CLOSING = new Set([400, 408, 413, 431]);

/** What a route can name. Who sends TRACE, or a method of WebDAV, took Postern for something else. */
const ROUTABLE: ReadonlySet<string> = new Set(METHODS);

/** Answers a request here, without an upstream. */
export function answer(response: ServerResponse, reply: Reply, exchange: Exchange, speak: Speak): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const pending = bodyPending(response.req);
  if (pending) closeGently(response);
  const { method = '' } = response.req;
  const close = pending || CLOSING.has(reply.status) || !ROUTABLE.has(method);
  const { body, headers } = said(reply, speak, exchange);
  response.writeHead(reply.status, [...headers, ...lines(reply, body, exchange, close)]);
  response.end(method === 'HEAD' ? undefined : body);
}

/** Answers on a bare socket, where there is no request or it asked for an upgrade, and closes it. */
export function answerSocket(socket: Duplex, reply: Reply, speak: Speak, exchange?: Exchange): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { body, headers: ofLanguage } = said(reply, speak, exchange);
  const headers = [...ofLanguage, ...lines(reply, body, exchange, true)];
  let head = `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status]}\r\n`;
  for (let at = 0; at < headers.length; at += 2) head += `${headers[at]}: ${headers[at + 1]}\r\n`;
  socket.end(`${head}\r\n${body}`, () => socket.destroy());
}

/** A reply in the caller's language, and the header lines that tell which that is. */
function said(
  reply: Reply,
  speak: Speak,
  exchange: Exchange | undefined,
): { body: string; headers: readonly string[] } {
  if (!(reply instanceof Refusal)) return { body: reply.body(), headers: [] };
  const { translations, headers } = speak(exchange?.headers['accept-language']);
  return { body: reply.body(translations), headers };
}

function lines(reply: Reply, body: string, exchange: Exchange | undefined, close: boolean): string[] {
  const headers = Object.entries(reply.headers).flat();
  if (body !== '') headers.push('content-type', 'application/json');
  if (reply.status !== 204) headers.push('content-length', String(Buffer.byteLength(body)));
  if (exchange) headers.push('x-request-id', exchange.id, ...exchange.replyHeaders);
  if (close) headers.push('connection', 'close');
  return headers;
}
