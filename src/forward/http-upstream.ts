import type { Delivery } from '../core/delivery.ts';
import type { Sending, Upgrading, Upstream } from '../core/upstream.ts';
import { Attempts } from './attempts.ts';
import { Places } from './places.ts';
import { type Server, Servers } from './servers.ts';
import { type TunnelLimits, Upgrade } from './tunnel/upgrade.ts';

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

  send(sending: Sending): Delivery {
    const { outbound, response, refuse } = sending;
    if (response.destroyed) return NOTHING;
    const refusal = this.places.take(outbound.caller);
    if (refusal) {
      refuse(refusal);
      return NOTHING;
    }
    return new Attempts(sending, this.servers, this.places).start();
  }

  tunnel(upgrading: Upgrading): Delivery {
    const { outbound, socket, refuse } = upgrading;
    const { caller } = outbound;
    if (socket.destroyed) return NOTHING;
    const refusal = this.places.take(caller);
    if (refusal) {
      refuse(refusal);
      return NOTHING;
    }
    socket.once('close', () => this.places.release(caller));
    return new Upgrade(upgrading, this.servers, this.tunnels).start();
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.all.map(({ transport }) => transport.close()));
  }
}

/** Of a request that no server was asked about. */
const NOTHING: Delivery = Object.freeze({ upstreamMs: undefined, bytesSent: 0 });
