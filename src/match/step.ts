import type { Exchange } from '../core/exchange.ts';
import { Refusal } from '../core/refusal.ts';
import type { Router } from './router.ts';

/** Finds the route of a request, or says why there is none. Writes `route` and `params`. */
export function match(router: Router): (exchange: Exchange) => Refusal | undefined {
  return (exchange) => {
    const { host, method, target, upgrade } = exchange;
    const found = router.find(host, method, target.path, target.segments);
    // A form that no route was asked about is refused before anything is said of routes.
    if (!found)
      return refuseForms(exchange, new Set()) ?? new Refusal('no_route', 'no route has this host and path');
    if ('allowed' in found) return refuseForms(exchange, new Set()) ?? refuseMethod(method, found.allowed);
    exchange.route = found.route;
    exchange.params = found.params;
    const form = refuseForms(exchange, found.route.allow);
    if (form) return form;
    if (upgrade && !found.route.forward.websocket) {
      return new Refusal('upgrade_not_allowed', 'the route does not say `websocket: true`');
    }
    return undefined;
  };
}

function refuseForms(exchange: Exchange, allow: ReadonlySet<string>): Refusal | undefined {
  for (const form of exchange.target.forms) {
    if (!allow.has(form)) return new Refusal('form_not_allowed', `the route does not allow ${form}`);
  }
  return undefined;
}

function refuseMethod(method: string, allowed: readonly string[]): Refusal {
  return new Refusal('method_not_allowed', `the path has ${allowed.join(', ')} only`, {
    fill: method,
    headers: { allow: [...allowed].sort().join(', ') },
  });
}
