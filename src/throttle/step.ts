import { isPromise, type Maybe } from '../core/maybe.ts';
import { Refusal } from '../core/refusal.ts';
import type { OutagePolicy } from '../core/route.ts';
import type { Rules } from '../core/rules.ts';
import type { Store, Taken, TakeRequest } from '../core/store.ts';
import type { Trace } from '../core/trace.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { Step } from '../core/words.ts';

interface Asked {
  name: string;
  request: TakeRequest;
}

/**
 * Asks all of the route's throttles at once; every one must admit, and those that do record it all the same. While
 * the store does not answer, `local` counts in its place where the route's outage policy says so.
 */
export function throttle(
  { throttle: throttles }: Rules,
  { localThrottle }: OutagePolicy,
  store: Store,
  local: Store,
): Step | undefined {
  const fallback = localThrottle ? local : undefined;
  if (throttles.length === 0) return undefined;
  return {
    name: 'throttle',
    run(exchange, trace) {
      const asked: Asked[] = [];
      for (const throttle of throttles) {
        const { name } = throttle;
        const request = throttle.ask(exchange);
        if (request.key !== undefined) asked.push({ name, request });
        else trace?.note({ part: name, outcome: 'skip', reason: request.reason });
      }
      return asked.length === 0 ? undefined : take(asked, store, fallback, trace);
    },
  };
}

function take(
  asked: readonly Asked[],
  store: Store,
  fallback: Store | undefined,
  trace: Trace | undefined,
): Maybe<Refusal | undefined> {
  const failed = (error: unknown) => (fallback ? take(asked, fallback, undefined, trace) : refuse(error));
  let taken: Maybe<Taken[]>;
  try {
    taken = store.take(asked.map(({ request }) => request));
  } catch (error) {
    return failed(error);
  }
  if (!isPromise(taken)) return judge(asked, taken, trace);
  return taken.then((answers) => judge(asked, answers, trace), failed);
}

/** The longest wait counts. It is rounded up to whole seconds, as `Retry-After` is (RFC 9110 §10.2.3). */
function judge(
  asked: readonly Asked[],
  taken: readonly Taken[],
  trace: Trace | undefined,
): Refusal | undefined {
  let longest: { at: number; waitMs: number } | undefined;
  for (const [at, { admitted, waitMs, remaining }] of taken.entries()) {
    if (trace) note(trace, asked[at] as Asked, admitted, remaining);
    if (!admitted && (longest === undefined || waitMs > longest.waitMs)) longest = { at, waitMs };
  }
  const refused = longest && asked[longest.at];
  if (!longest || !refused) return undefined;
  const seconds = Math.max(Math.ceil(longest.waitMs / 1_000), 1);
  const { key, limit, windowMs } = refused.request;
  // The name may be a path in any script; a header holds visible ASCII.
  const name = encodeURI(refused.name);
  return new Refusal(
    'throttled',
    `${refused.name} admits ${limit} in ${windowMs / 1_000} s, counted at ${key}`,
    {
      fill: seconds === 1 ? '1 second' : `${seconds} seconds`,
      headers: {
        'retry-after': String(seconds),
        'ratelimit-policy': `"${name}";q=${limit};w=${windowMs / 1_000}`,
        ratelimit: `"${name}";r=0;t=${seconds}`,
      },
    },
  );
}

function note(trace: Trace, { name, request }: Asked, admitted: boolean, remaining: number): void {
  const { key, limit, windowMs } = request;
  const reason = `${remaining} of ${limit} in ${windowMs / 1_000} s left`;
  const outcome = admitted ? 'admit' : 'refuse';
  trace.note({ part: name, outcome, reason, values: { key, limit, windowMs, remaining } });
}

function refuse(error: unknown): Refusal {
  const reason = error instanceof Unavailable ? error.message : 'unknown';
  return new Refusal('throttle_failed', reason, { headers: { 'retry-after': '1' } });
}
