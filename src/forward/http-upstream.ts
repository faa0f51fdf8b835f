import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Matched } from '../core/exchange.ts';
import type { Outbound } from '../core/outbound.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Upstream } from '../core/upstream.ts';
import type { Failure } from './failure.ts';
import { Places } from './places.ts';
import { Relay } from './relay.ts';
import { bodyOf } from './request-body.ts';
import { type Server, Servers } from './servers.ts';
import { HeldClient } from './tunnel/held-client.ts';
import { openTunnel, type TunnelLimits } from './tunnel/tunnel.ts';

export interface HttpUpstreamOptions {
  name: string;
  servers: readonly Server[];
  /** Requests and tunnels under way; one more is refused at once. */
  concurrency: number;
  /** How many of them one caller may have. */
  perCaller: number;
  tunnels: TunnelLimits;
}

/** One or more servers that speak HTTP/1.1, used in turn. */
export class HttpUpstream implements Upstream {
  readonly name: string;
  private readonly servers: Servers;
  private readonly places: Places;
  private readonly tunnels: TunnelLimits;

  constructor({ name, servers, concurrency, perCaller, tunnels }: HttpUpstreamOptions) {
    this.name = name;
    this.servers = new Servers(servers);
    this.places = new Places({ upstream: name, total: concurrency, perCaller });
    this.tunnels = tunnels;
  }

  send(
    exchange: Matched,
    outbound: Outbound,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Refusal | undefined> {
    const { caller } = outbound;
    if (response.destroyed) return Promise.resolve(undefined);
    const refusal = this.places.take(caller);
    if (refusal) return Promise.resolve(refusal);
    const body = bodyOf(request, outbound.body);
    return new Promise((settle) => {
      const tried: Server[] = [];
      const relay = new Relay({
        exchange,
        request,
        response,
        readMs: outbound.body.readMs,
        ended: () => this.places.release(caller),
        retried: (failure) => this.couldNotConnect(failure, tried) && attempt(),
        begun: (failure) => settle(failure?.refusal),
      });
      const attempt = (): boolean => {
        const server = this.servers.next(tried);
        if (!server) return false;
        tried.push(server);
        relay.follow(server.transport.send(outbound, body, relay));
        return true;
      };
      attempt();
    });
  }

  async tunnel(
    exchange: Matched,
    outbound: Outbound,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<Refusal | undefined> {
    const { caller } = outbound;
    if (socket.destroyed) return undefined;
    const refusal = this.places.take(caller);
    if (refusal) return refusal;
    socket.once('close', () => this.places.release(caller));
    // What belongs to the new protocol comes behind the request, and not as its body.
    request.resume();
    const client = new HeldClient(socket, head);
    const tried: Server[] = [];
    let failure: Failure | undefined;
    for (let server = this.servers.next(); server; server = this.servers.next(tried)) {
      tried.push(server);
      failure = await openTunnel({ target: server.target, limits: this.tunnels, exchange, outbound, client });
      if (!failure || !this.couldNotConnect(failure, tried)) break;
    }
    return failure?.refusal;
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.all.map(({ transport }) => transport.close()));
  }

  /** Whether nothing has been sent, so that the request can go to another server. */
  private couldNotConnect({ unsent }: Failure, tried: readonly Server[]): boolean {
    const last = tried.at(-1);
    if (unsent && last) this.servers.unreachable(last);
    return unsent;
  }
}
