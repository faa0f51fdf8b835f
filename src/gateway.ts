import type { FastifyInstance } from 'fastify';
import { authenticate } from './authenticate/step.ts';
import type { Compiled } from './config/load.ts';
import type { Clock } from './core/clock.ts';
import type { Exchange } from './core/exchange.ts';
import { isPromise, type Maybe } from './core/maybe.ts';
import { Refusal } from './core/refusal.ts';
import type { Route } from './core/route.ts';
import type { Store } from './core/store.ts';
import type { Handler, Log } from './core/words.ts';
import { forward } from './forward/step.ts';
import { foreignHeaders } from './identify/headers.ts';
import { identify } from './identify/step.ts';
import { createServer } from './listen/server.ts';
import { match } from './match/step.ts';
import type { Observe } from './observe/access-log.ts';
import { permit } from './permit/step.ts';
import { throttle } from './throttle/step.ts';

export interface GatewayOptions {
  compiled: Compiled;
  store: Store;
  clock: Clock;
  log: Log;
  trusted(address: string): boolean;
  observe: Observe;
}

/** The way of a request, in order. Each step may refuse; nothing else leads to an upstream. */
export function createGateway({
  compiled,
  store,
  clock,
  log,
  trusted,
  observe,
}: GatewayOptions): Promise<FastifyInstance> {
  const ofRoute = (route: Route): Handler[] =>
    [
      authenticate(route), //
      permit(route),
      throttle(route, store),
      identify(route),
    ].filter((step) => step !== undefined);

  const decide = pipeline(
    match(compiled.router),
    new Map(compiled.routes.map((route) => [route, ofRoute(route)])),
  );
  const foreign = foreignHeaders(compiled.identityHeaders);
  const { send, tunnel } = forward({ upstreams: compiled.upstreams, foreign, trusted });
  return createServer({ clock, log, trusted, decide, send, tunnel, observe });
}

/** Matches, then runs the steps of the route that was found until one refuses. */
function pipeline(
  matched: (exchange: Exchange) => Refusal | undefined,
  steps: ReadonlyMap<Route, readonly Handler[]>,
): Handler {
  return (exchange) => {
    const refusal = matched(exchange);
    if (refusal) return refusal;
    const own = exchange.route && steps.get(exchange.route);
    return own ? inOrder(own, exchange, 0) : new Refusal('no_route', 'the route has no steps');
  };
}

/** Stays synchronous until a step has to wait. */
function inOrder(steps: readonly Handler[], exchange: Exchange, from: number): Maybe<Refusal | undefined> {
  for (let at = from; at < steps.length; at++) {
    const refusal = steps[at]?.(exchange);
    if (isPromise(refusal)) return refusal.then((settled) => settled ?? inOrder(steps, exchange, at + 1));
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
