import { isPromise, type Maybe } from '../core/maybe.ts';
import { Refusal } from '../core/refusal.ts';
import type { Route } from '../core/route.ts';
import type { Store, Taken, TakeRequest } from '../core/store.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { Handler } from '../core/words.ts';

interface Asked {
  name: string;
  request: TakeRequest;
}

/**
 * Asks all of the route's throttles at once; every one must admit, and those that do record it all the same. While
 * the store does not answer, `local` counts in its place where the route's outage policy says so.
 */
export function throttle(route: Route, store: Store, local: Store): Handler | undefined {
  const throttles = route.throttle;
  const fallback = route.onStoreError.localThrottle ? local : undefined;
  if (throttles.length === 0) return undefined;
  return (exchange) => {
    const asked: Asked[] = [];
    for (const { name, ask } of throttles) {
      const request = ask(exchange);
      if (request) asked.push({ name, request });
    }
    if (asked.length === 0) return undefined;
    return take(asked, store, fallback);
  };
}

function take(
  asked: readonly Asked[],
  store: Store,
  fallback: Store | undefined,
): Maybe<Refusal | undefined> {
  const failed = (error: unknown) => (fallback ? take(asked, fallback, undefined) : refuse(error));
  let taken: Maybe<Taken[]>;
  try {
    taken = store.take(asked.map(({ request }) => request));
  } catch (error) {
    return failed(error);
  }
  if (!isPromise(taken)) return judge(asked, taken);
  return taken.then((answers) => judge(asked, answers), failed);
}

/** The longest wait counts. It is rounded up to whole seconds, as `Retry-After` is (RFC 9110 §10.2.3). */
function judge(asked: readonly Asked[], taken: readonly Taken[]): Refusal | undefined {
  let longest: { at: number; waitMs: number } | undefined;
  for (const [at, { admitted, waitMs }] of taken.entries()) {
    if (!admitted && (longest === undefined || waitMs > longest.waitMs)) longest = { at, waitMs };
  }
  const refused = longest && asked[longest.at];
  if (!longest || !refused) return undefined;
  const seconds = Math.max(Math.ceil(longest.waitMs / 1_000), 1);
  const { limit, windowMs } = refused.request;
  // The name may be a path in any script; a header holds visible ASCII.
  const name = encodeURI(refused.name);
  return new Refusal('throttled', `${refused.name} admits ${limit} in ${windowMs / 1_000} s`, {
    fill: seconds === 1 ? '1 second' : `${seconds} seconds`,
    headers: {
      'retry-after': String(seconds),
      'ratelimit-policy': `"${name}";q=${limit};w=${windowMs / 1_000}`,
      ratelimit: `"${name}";r=0;t=${seconds}`,
    },
  });
}

function refuse(error: unknown): Refusal {
  const reason = error instanceof Unavailable ? error.message : 'unknown';
  return new Refusal('throttle_failed', reason, { headers: { 'retry-after': '1' } });
}
