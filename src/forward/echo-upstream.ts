import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyPending } from '../core/body.ts';
import type { Matched } from '../core/exchange.ts';
import type { Outbound } from '../core/outbound.ts';
import type { Upstream } from '../core/upstream.ts';
import { replyHeaders } from './reply-headers.ts';

/** Answers with what an upstream would have received: for trying routes out, before and after there is a backend. */
export class EchoUpstream implements Upstream {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  async send(
    exchange: Matched,
    { method, path, host, headers }: Outbound,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<undefined> {
    const body = `${JSON.stringify({ method, path, headers: pairs(['host', host ?? this.name, ...headers]), route: exchange.route.id }, null, 2)}\n`;
    exchange.bytesSent = Buffer.byteLength(body);
    response.writeHead(200, [
      'content-type',
      'application/json',
      'content-length',
      String(exchange.bytesSent),
      ...replyHeaders([], exchange),
      ...(bodyPending(request) ? ['connection', 'close'] : []),
    ]);
    response.end(method === 'HEAD' ? undefined : body);
  }

  async close(): Promise<void> {}
}

/** Header lines as an object; values of a name that stands more than once as a list. */
function pairs(lines: readonly string[]): Record<string, string | string[]> {
  const headers = new Map<string, string[]>();
  for (let at = 0; at < lines.length; at += 2) {
    const name = (lines[at] ?? '').toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), lines[at + 1] ?? '']);
  }
  return Object.fromEntries(
    [...headers].map(([name, [first = '', ...more]]) => [name, more.length ? [first, ...more] : first]),
  );
}
