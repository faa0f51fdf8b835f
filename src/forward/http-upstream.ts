import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Pool } from 'undici';
import type { Matched } from '../core/exchange.ts';
import type { Outbound } from '../core/outbound.ts';
import { Refusal } from '../core/refusal.ts';
import type { Upstream } from '../core/upstream.ts';
import { measured } from './body-meter.ts';
import { connector } from './connector.ts';
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
  /** Milliseconds that may pass between two pieces of a reply; 0 for ever. */
  idleMs: number;
  /** Requests in flight; one more is refused at once, so that a hung upstream holds no more than its share. */
  concurrency: number;
}

/** One or more servers that speak HTTP/1.1. Certificates are verified; nothing is ever sent twice. */
export class HttpUpstream implements Upstream {
  readonly name: string;
  private readonly pools: readonly { url: URL; pool: Pool }[];
  private readonly connectMs: number;
  private readonly responseMs: number;
  private readonly concurrency: number;
  private turn = 0;
  private inFlight = 0;

  constructor({ name, urls, connectMs, responseMs, idleMs, concurrency }: HttpUpstreamOptions) {
    this.name = name;
    this.connectMs = connectMs;
    this.responseMs = responseMs;
    this.concurrency = concurrency;
    this.pools = urls.map((url) => ({
      url,
      pool: new Pool(url.origin, {
        connections: concurrency,
        pipelining: 1,
        connect: connector(connectMs),
        headersTimeout: responseMs,
        bodyTimeout: idleMs,
        keepAliveTimeout: 4_000,
      }),
    }));
  }

  send(
    exchange: Matched,
    { method, path, host, headers, body: limits }: Outbound,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Refusal | undefined> {
    if (this.inFlight >= this.concurrency) return Promise.resolve(this.full());
    const { pool, url } = this.next();
    const lines = ['host', host ?? url.host, ...headers];
    const body = measured(request, limits) ?? null;
    this.inFlight++;
    return new Promise((begun) => {
      const ended = () => {
        this.inFlight--;
      };
      pool.dispatch(
        { method, path, headers: lines, body },
        new Relay({ exchange, request, response, readMs: limits.readMs, begun, ended }),
      );
    });
  }

  tunnel(
    exchange: Matched,
    outbound: Outbound,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<Refusal | undefined> {
    const { url } = this.next();
    const { connectMs, responseMs } = this;
    return tunnel({ url, connectMs, responseMs, exchange, outbound, request, socket, head });
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map(({ pool }) => pool.destroy()));
  }

  private full(): Refusal {
    return new Refusal('upstream_unavailable', `${this.concurrency} requests are in flight to ${this.name}`, {
      headers: { 'retry-after': '1' },
    });
  }

  private next(): { url: URL; pool: Pool } {
    const chosen = this.pools[this.turn];
    this.turn = (this.turn + 1) % this.pools.length;
    if (!chosen) throw new Error(`upstream ${this.name} has no url`);
    return chosen;
  }
}
