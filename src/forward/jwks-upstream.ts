import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyPending } from '../core/body.ts';
import type { Matched } from '../core/exchange.ts';
import type { Outbound } from '../core/outbound.ts';
import type { Upstream } from '../core/upstream.ts';
import { replyHeaders } from './reply-headers.ts';

/** Answers with the public keys of the signed identities, for upstreams that verify them. */
export class JwksUpstream implements Upstream {
  readonly name: string;
  private readonly keySet: () => string;

  /** @param keySet the JWK Set as JSON; asked at each request, as routes are compiled after upstreams */
  constructor(name: string, keySet: () => string) {
    this.name = name;
    this.keySet = keySet;
  }

  async send(
    exchange: Matched,
    { method }: Outbound,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<undefined> {
    const body = this.keySet();
    exchange.bytesSent = Buffer.byteLength(body);
    response.writeHead(200, [
      'content-type',
      'application/jwk-set+json',
      'content-length',
      String(exchange.bytesSent),
      'cache-control',
      'public, max-age=60',
      ...replyHeaders([], exchange),
      ...(bodyPending(request) ? ['connection', 'close'] : []),
    ]);
    response.end(method === 'HEAD' ? undefined : body);
  }

  async close(): Promise<void> {}
}
