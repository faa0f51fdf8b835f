import { Refusal } from '../core/refusal.ts';
import type { Upstream } from '../core/upstream.ts';
import type { Step } from '../core/words.ts';
import { type OutboundOptions, outboundFor } from './outbound.ts';

/** Writes the request as the upstream will receive it: `outbound`. Sending it is the listener's next word. */
export function forward(upstream: Upstream, options: Omit<OutboundOptions, 'route'>): Step {
  return {
    name: 'forward',
    run(exchange) {
      if (exchange.upgrade && !upstream.tunnel)
        return new Refusal('upgrade_not_allowed', 'the upstream takes no upgrades');
      const outbound = outboundFor(exchange, { ...options, route: exchange.route });
      if (!outbound) return new Refusal('bad_target', 'strip_prefix does not begin the path as it was sent');
      exchange.outbound = outbound;
      return undefined;
    },
  };
}
