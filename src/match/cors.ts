import { type Exchange, Preflight } from '../core/exchange.ts';
import { allowedOrigin } from '../core/origin.ts';
import { Refusal } from '../core/refusal.ts';
import type { Cors } from '../core/route.ts';
import type { Router } from './router.ts';

/** The method that a preflight asks about, undefined for any other request (Fetch §3.2.2). */
export function askedMethod({ method, headers, upgrade }: Exchange): string | undefined {
  if (method !== 'OPTIONS' || upgrade || headers.origin === undefined) return undefined;
  return headers['access-control-request-method'];
}

/**
 * Answers a preflight for a route that has `cors`: the route is the one that the method asked about would reach.
 * Where that route has none, an OPTIONS request is a request like any other.
 */
export function preflight(
  exchange: Exchange,
  router: Router,
  method: string,
): Preflight | Refusal | undefined {
  const { host, target, headers } = exchange;
  const found = router.find(host, method, target.path, target.segments);
  const route = found && 'route' in found ? found.route : undefined;
  if (!route?.cors) return undefined;
  exchange.route = route;
  const allowed = allowedOrigin(route.cors, headers.origin ?? '');
  if (allowed === undefined) return new Refusal('foreign_origin', 'the route does not list this origin');
  return new Preflight({
    ...originHeaders(route.cors, allowed),
    'access-control-allow-methods': route.cors.methods,
    'access-control-allow-headers': route.cors.headers,
    'access-control-max-age': String(route.cors.maxAgeSeconds),
  });
}

/** What lets a browser show the reply to the page that asked; nothing for origins that the route does not list. */
export function corsHeaders(cors: Cors, origin: string | undefined): string[] {
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin);
  if (allowed === undefined) return ['vary', 'Origin'];
  const lines = Object.entries(originHeaders(cors, allowed)).flat();
  return cors.expose === undefined ? lines : [...lines, 'access-control-expose-headers', cors.expose];
}

function originHeaders({ credentials }: Cors, allowed: string): Record<string, string> {
  return {
    'access-control-allow-origin': allowed,
    ...(credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    vary: 'Origin',
  };
}
