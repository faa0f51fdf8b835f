import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Exchange } from '../core/exchange.ts';
import type { Maybe } from '../core/maybe.ts';
import { Refusal } from '../core/refusal.ts';
import type { Outbound, Upstream } from '../core/upstream.ts';
import { outboundFor } from './outbound.ts';

export interface ForwardOptions {
  upstreams: ReadonlyMap<string, Upstream>;
  foreign(folded: string, keepOverrides: boolean): boolean;
  trusted(address: string): boolean;
}

export interface Forward {
  send(exchange: Exchange, request: IncomingMessage, response: ServerResponse): Maybe<Refusal | undefined>;
  tunnel(
    exchange: Exchange,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Maybe<Refusal | undefined>;
}

/** Sends admitted requests to the upstream of their route. */
export function forward({ upstreams, foreign, trusted }: ForwardOptions): Forward {
  function prepare(exchange: Exchange): { upstream: Upstream; outbound: Outbound } | Refusal {
    const { route } = exchange;
    const upstream = route && upstreams.get(route.forward.upstream);
    if (!route || !upstream) return new Refusal('upstream_unavailable', 'the route has no upstream');
    const outbound = outboundFor(exchange, { route, foreign, trusted });
    if (!outbound) return new Refusal('bad_target', 'strip_prefix does not begin the path as it was sent');
    return { upstream, outbound };
  }

  return {
    send(exchange, request, response) {
      const prepared = prepare(exchange);
      if (prepared instanceof Refusal) return prepared;
      return prepared.upstream.send(exchange, prepared.outbound, request, response);
    },
    tunnel(exchange, request, socket, head) {
      const prepared = prepare(exchange);
      if (prepared instanceof Refusal) return prepared;
      const { upstream, outbound } = prepared;
      if (!upstream.tunnel) return new Refusal('upgrade_not_allowed', 'the upstream takes no upgrades');
      return upstream.tunnel(exchange, outbound, request, socket, head);
    },
  };
}
