import type { FastifyInstance } from 'fastify';
import { authenticate } from './authenticate/step.ts';
import type { Compiled } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import type { Clock } from './core/clock.ts';
import type { Exchange } from './core/exchange.ts';
import { isPromise, type Maybe } from './core/maybe.ts';
import type { Preflight } from './core/preflight.ts';
import { Refusal } from './core/refusal.ts';
import type { Route } from './core/route.ts';
import type { Store } from './core/store.ts';
import type { Handler, Log } from './core/words.ts';
import { forward } from './forward/step.ts';
import { foreignHeaders } from './identify/headers.ts';
import { identify } from './identify/step.ts';
import { bodyWithinLimit } from './listen/body-limit.ts';
import { Guard } from './listen/guard.ts';
import { speaker } from './listen/language.ts';
import { createServer } from './listen/server.ts';
import { match } from './match/step.ts';
import type { Observe } from './observe/access-log.ts';
import { permit } from './permit/step.ts';
import { MemoryStore } from './store/memory/memory-store.ts';
import { throttle } from './throttle/step.ts';

export interface GatewayOptions {
  compiled: Compiled;
  settings: Pick<Settings, 'head' | 'guard' | 'languages'>;
  store: Store;
  clock: Clock;
  log: Log;
  trusted(address: string): boolean;
  observe: Observe;
}

type Step = (exchange: Exchange) => Maybe<Refusal | Preflight | undefined>;

/** The way of a request, in order. Each step may refuse; nothing else leads to an upstream. */
export function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { compiled, settings, store, clock, log, trusted, observe } = options;
  const guard = new Guard({ ...settings.guard, clock, trusted });
  const localStore = new MemoryStore(clock);

  const forAll: Step[] = [
    (exchange) => guard.admit(exchange), //
    match(compiled.router),
    bodyWithinLimit,
  ];
  const forRoute = (route: Route): Handler[] =>
    [
      guard.watch(authenticate(route)), //
      permit(route),
      throttle(route, store, localStore),
      identify(route),
    ].filter((step) => step !== undefined);

  const steps = new Map(compiled.routes.map((route) => [route, forRoute(route)]));
  const ofRoute: Step = (exchange) => {
    const own = exchange.route && steps.get(exchange.route);
    return own ? inOrder(own, exchange, 0) : new Refusal('no_route', 'the route has no steps');
  };
  const all = [...forAll, ofRoute];
  const decide: Step = (exchange) => inOrder(all, exchange, 0);

  const foreign = foreignHeaders(compiled.identityHeaders);
  const { send, tunnel } = forward({ upstreams: compiled.upstreams, foreign, trusted });
  const { connected } = guard;
  const speak = speaker(settings.languages);
  const { head } = settings;
  return createServer({ clock, log, trusted, head, connected, decide, send, tunnel, speak, observe });
}

/** Asks step after step until one has an answer; stays synchronous until one has to wait. */
function inOrder<Answer>(
  steps: readonly ((exchange: Exchange) => Maybe<Answer | undefined>)[],
  exchange: Exchange,
  from: number,
): Maybe<Answer | undefined> {
  for (let at = from; at < steps.length; at++) {
    const answer = steps[at]?.(exchange);
    if (isPromise(answer)) return answer.then((settled) => settled ?? inOrder(steps, exchange, at + 1));
    if (answer !== undefined) return answer;
  }
  return undefined;
}
