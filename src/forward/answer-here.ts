import type { IncomingMessage, ServerResponse } from 'node:http';
import { endsWithBody } from '../core/body.ts';
import type { Matched } from '../core/exchange.ts';
import { replyHeaders } from './reply-headers.ts';

interface Answer {
  exchange: Matched;
  request: IncomingMessage;
  response: ServerResponse;
  /** Header lines, name and value in turn. */
  lines: readonly string[];
  body: string;
}

/** Writes a reply of an upstream that is Postern itself. */
export function answerHere({ exchange, request, response, lines, body }: Answer): void {
  const bytes = Buffer.byteLength(body);
  exchange.bytesSent = bytes;
  response.writeHead(200, [
    ...replyHeaders(200, [...lines, 'content-length', String(bytes)], exchange),
    ...(endsWithBody(response) ? ['connection', 'close'] : []),
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
}
