import type { Ending, Exchange } from '../core/exchange.ts';
import { pageAsking } from '../core/origin.ts';
import { Refusal } from '../core/refusal.ts';
import type { Route } from '../core/route.ts';
import type { Step } from '../core/words.ts';
import { askedMethod, corsHeaders, preflight } from './cors.ts';
import type { Router } from './router.ts';

/** Finds the route of a request, or says why there is none. Writes `route`, `params` and `replyHeaders`. */
export function match(router: Router): Step<Exchange> {
  return { name: 'match', run: (exchange) => find(exchange, router) };
}

function find(exchange: Exchange, router: Router): Ending | undefined {
  const { host, method, target, headers } = exchange;
  const asked = askedMethod(exchange);
  const answered = asked === undefined ? undefined : preflight(exchange, router, asked);
  if (answered) return answered;
  const found = router.find(host, method, target.path, target.segments);
  // A form that no route was asked about is refused before anything is said of routes.
  if (!found)
    return refuseForms(exchange, NONE) ?? new Refusal('no_route', 'no route has this host and path');
  if ('allowed' in found) return refuseForms(exchange, NONE) ?? refuseMethod(method, found.allowed);
  const { route, params } = found;
  exchange.route = route;
  exchange.params = params;
  if (route.cors) exchange.replyHeaders = corsHeaders(route.cors, headers.origin);
  if (route.cache) exchange.replyHeaders = [...exchange.replyHeaders, 'cache-control', route.cache];
  return refuseForms(exchange, route.allow) ?? refuseUpgrade(exchange, route) ?? refuseBody(exchange, route);
}

const NONE: ReadonlySet<string> = new Set();

function refuseForms({ target }: Exchange, allow: ReadonlySet<string>): Refusal | undefined {
  for (const form of target.forms) {
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

function refuseUpgrade(exchange: Exchange, route: Route): Refusal | undefined {
  if (!exchange.upgrade) return undefined;
  if (!route.forward.websocket)
    return new Refusal('upgrade_not_allowed', 'the route does not say `websocket: true`');
  return pageAsking(exchange, route.cors) === 'foreign'
    ? new Refusal('foreign_origin', 'the upgrade comes from a page of another origin')
    : undefined;
}

/** Refuses a body whose declared length is too large; one without a length is measured on its way. */
function refuseBody({ headers }: Exchange, { body }: Route): Refusal | undefined {
  const length = headers['content-length'];
  if (length === undefined || Number(length) <= body.bytes) return undefined;
  return new Refusal('body_too_large', `content-length ${length} is more than ${body.bytes} bytes`);
}
