import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Pool } from 'undici';
import { hasBody } from '../core/body.ts';
import type { Exchange } from '../core/exchange.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Outbound, Upstream } from '../core/upstream.ts';
import { Relay } from './relay.ts';
import { tunnel } from './tunnel.ts';

export interface HttpUpstreamOptions {
  name: string;
  /** Origins without a path; more than one are used in turn. */
  urls: readonly URL[];
  /** Milliseconds until a connection must stand. */
  connectMs: number;
  /** Milliseconds until the reply's head must be there. */
  responseMs: number;
  /** Milliseconds that may pass between two pieces of a body; 0 for ever. */
  idleMs: number;
}

/** One or more servers that speak HTTP/1.1. Certificates are verified; nothing is ever sent twice. */
export class HttpUpstream implements Upstream {
  readonly name: string;
  private readonly pools: readonly { url: URL; pool: Pool }[];
  private readonly connectMs: number;
  private readonly responseMs: number;
  private turn = 0;

  constructor({ name, urls, connectMs, responseMs, idleMs }: HttpUpstreamOptions) {
    this.name = name;
    this.connectMs = connectMs;
    this.responseMs = responseMs;
    this.pools = urls.map((url) => ({
      url,
      pool: new Pool(url.origin, {
        connections: 256,
        pipelining: 1,
        connect: { timeout: connectMs, rejectUnauthorized: true },
        headersTimeout: responseMs,
        bodyTimeout: idleMs,
        keepAliveTimeout: 4_000,
      }),
    }));
  }

  send(
    exchange: Exchange,
    { method, path, host, headers }: Outbound,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Refusal | undefined> {
    const { pool, url } = this.next();
    return new Promise((begun) => {
      const relay = new Relay({ exchange, request, response, begun });
      const lines = ['host', host ?? url.host, ...headers];
      pool.dispatch({ method, path, headers: lines, body: hasBody(request) ? request : null }, relay);
    });
  }

  tunnel(
    exchange: Exchange,
    outbound: Outbound,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<Refusal | undefined> {
    const { url } = this.next();
    return tunnel({
      url,
      connectMs: this.connectMs,
      responseMs: this.responseMs,
      exchange,
      outbound,
      request,
      socket,
      head,
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map(({ pool }) => pool.destroy()));
  }

  private next(): { url: URL; pool: Pool } {
    const chosen = this.pools[this.turn];
    this.turn = (this.turn + 1) % this.pools.length;
    if (!chosen) throw new Error(`upstream ${this.name} has no url`);
    return chosen;
  }
}
