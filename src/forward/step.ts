import { Refusal } from '../core/refusal.ts';
import type { Upstream } from '../core/upstream.ts';
import type { Step } from '../core/words.ts';
import { type Fates, outboundFor } from './outbound.ts';

/** Writes the request as the upstream will receive it: `outbound`. Sending it is the listener's next word. */
export function forward(upstream: Upstream, fates: Fates): Step {
  return {
    name: 'forward',
    run(exchange) {
      if (exchange.upgrade && !upstream.tunnel)
        return new Refusal('upgrade_not_allowed', 'the upstream takes no upgrades');
      const outbound = outboundFor(exchange, fates);
      if (!outbound) return new Refusal('bad_target', 'strip_prefix does not begin the path as it was sent');
      exchange.outbound = outbound;
      return undefined;
    },
  };
}
