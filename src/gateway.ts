import { authenticate } from './authenticate/step.ts';
import type { Compiled } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import type { Clock } from './core/clock.ts';
import type { Answered, Decider, Decision } from './core/decision.ts';
import type { Ending, Exchange, Matched } from './core/exchange.ts';
import { isPromise, type Maybe } from './core/maybe.ts';
import { Refusal } from './core/refusal.ts';
import type { Route } from './core/route.ts';
import type { CompiledRoute } from './core/rules.ts';
import type { Store } from './core/store.ts';
import type { Trace } from './core/trace.ts';
import type { Upstream } from './core/upstream.ts';
import type { Log, Step } from './core/words.ts';
import { fatesOf } from './forward/outbound.ts';
import { forward } from './forward/step.ts';
import { foreignHeaders } from './identify/headers.ts';
import { identify } from './identify/step.ts';
import { arrive } from './listen/arrive.ts';
import type { Guard } from './listen/guard.ts';
import { match } from './match/step.ts';
import { permit } from './permit/step.ts';
import { run } from './pipeline.ts';
import { speaker } from './respond/language.ts';
import { replyTo } from './respond/reply.ts';
import { throttle } from './throttle/step.ts';

export interface GatewayOptions {
  compiled: Compiled;
  settings: Pick<Settings, 'head' | 'languages' | 'trustedHost'>;
  guard: Guard;
  store: Store;
  /** Counts in the place of a store that does not answer, where a route's outage policy says so. */
  localStore: Store;
  clock: Clock;
  log: Log;
  trusted(address: string): boolean;
}

/** One compiled file, immutable. It is swapped between two requests, and retired when its last request ends. */
export interface Gateway extends Decider {
  /** Resolves when no request uses it any more. */
  retire(): Promise<void>;
}

interface Way {
  steps: readonly Step[];
  upstream: Upstream;
}

/** The way of a request, in order. Each step may refuse; nothing else leads to an upstream. */
export function createGateway(options: GatewayOptions): Gateway {
  const { compiled, settings, guard, store, localStore, clock, log, trusted } = options;
  const fates = fatesOf(foreignHeaders(compiled.identityHeaders));
  const speak = speaker(settings.languages);
  let inUse = 0;
  let unused: (() => void) | undefined;
  const gate = {
    clock,
    trusted,
    trustedHost: settings.trustedHost,
    mostHeaders: settings.head.count,
  };

  const matching = match(compiled.router);
  const before: Step<Exchange>[] = [
    {
      name: 'listen',
      run(exchange) {
        const refusal = guard.admit(exchange);
        // A page may read its refusal where its route has `cors`.
        if (refusal) void matching.run(exchange);
        return refusal;
      },
    },
    matching,
  ];
  const after = ({ route, rules }: CompiledRoute, upstream: Upstream): Step[] =>
    [
      guard.watch(authenticate(rules)),
      permit(rules),
      throttle(rules, route.onStoreError, store, localStore),
      identify(rules),
      forward(upstream, fates),
    ].filter((step) => step !== undefined);

  const ways = new Map<Route, Way>();
  for (const one of compiled.routes) {
    const upstream = compiled.upstreams.get(one.route.forward.upstream);
    if (!upstream) throw new Error(`no upstream ${one.route.forward.upstream}`);
    ways.set(one.route, { steps: after(one, upstream), upstream });
  }

  function reply(exchange: Exchange, ending: Ending): Answered {
    const refusal = ending instanceof Refusal ? ending : undefined;
    return {
      kind: 'reply',
      exchange,
      reply: replyTo(ending, exchange, speak),
      refusal,
      effects: exchange.effects,
    };
  }

  function proceed(exchange: Exchange, trace: Trace | undefined): Maybe<Decision> {
    const ending = run(before, exchange, trace);
    if (isPromise(ending))
      return ending.then((settled) => (settled ? reply(exchange, settled) : admit(exchange, trace)));
    return ending ? reply(exchange, ending) : admit(exchange, trace);
  }

  function admit(exchange: Exchange, trace: Trace | undefined): Maybe<Decision> {
    const way = exchange.route && ways.get(exchange.route);
    if (!way) return reply(exchange, new Refusal('no_route', 'the route has no steps'));
    const matched = exchange as Matched;
    const ending = run(way.steps, matched, trace);
    return isPromise(ending)
      ? ending.then((settled) => conclude(matched, way, settled))
      : conclude(matched, way, ending);
  }

  function conclude(exchange: Matched, { upstream }: Way, ending: Ending | undefined): Decision {
    const { outbound, effects } = exchange;
    if (ending) return reply(exchange, ending);
    if (!outbound) return reply(exchange, new Refusal('internal_error', 'nothing to send'));
    return { kind: 'forward', exchange, upstream, outbound, effects };
  }

  /** A step that throws has not admitted the request. Its message could quote what it read: only frames are logged. */
  function mistaken(exchange: Exchange, error: unknown): Decision {
    const reason = error instanceof Error ? error.name : 'unknown';
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
    log.error({ request_id: exchange.id, reason, frames }, 'internal error');
    return reply(exchange, new Refusal('internal_error', reason));
  }

  return {
    decide(head, trace) {
      const { exchange, refusal } = arrive(head, gate);
      if (refusal) return reply(exchange, refusal);
      try {
        const decision = proceed(exchange, trace);
        return isPromise(decision) ? decision.catch((error: unknown) => mistaken(exchange, error)) : decision;
      } catch (error) {
        return mistaken(exchange, error);
      }
    },
    refuse: (exchange, refusal) => replyTo(refusal, exchange, speak),
    enter() {
      inUse++;
    },
    leave() {
      inUse--;
      if (inUse === 0) unused?.();
    },
    retire() {
      return new Promise((resolve) => {
        unused = resolve;
        if (inUse === 0) resolve();
      });
    },
    apply(effects) {
      for (const { renew, ttlMs } of effects) void renewed(store, renew, ttlMs);
    },
  };
}

/** A credential that is valid stays valid when its expiry cannot be moved. */
async function renewed(store: Store, key: string, ttlMs: number): Promise<void> {
  try {
    await store.expire(key, ttlMs);
  } catch {
    // The store's own outage is logged by the store.
  }
}
