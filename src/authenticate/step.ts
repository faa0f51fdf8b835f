import { challengeOf } from '../core/challenge.ts';
import type { Exchange } from '../core/exchange.ts';
import { isPromise, type Maybe } from '../core/maybe.ts';
import { Refusal } from '../core/refusal.ts';
import type { Route } from '../core/route.ts';
import { Unavailable } from '../core/unavailable.ts';
import { UnreadableRecord } from '../core/unreadable.ts';
import { type Answer, type Authenticator, type Handler, Unauthorized } from '../core/words.ts';

/** Asks the route's authenticators in order; the first that answers decides. Writes `identity`. */
export function authenticate(route: Route): Handler | undefined {
  const chain = route.authenticate;
  if (chain.length === 0) return undefined;
  return (exchange) => ask(exchange, chain, 0);
}

function ask(exchange: Exchange, chain: readonly Authenticator[], from: number): Maybe<Refusal | undefined> {
  for (let at = from; at < chain.length; at++) {
    const authenticator = chain[at];
    if (!authenticator) break;
    let answer: Maybe<Answer>;
    try {
      answer = authenticator.authenticate(exchange);
    } catch (error) {
      return broken(authenticator, error);
    }
    if (isPromise(answer)) {
      return answer.then(
        (settled) =>
          settled === undefined
            ? ask(exchange, chain, at + 1)
            : conclude(exchange, chain, authenticator, settled),
        (error: unknown) => broken(authenticator, error),
      );
    }
    if (answer !== undefined) return conclude(exchange, chain, authenticator, answer);
  }
  return undefined;
}

function conclude(
  exchange: Exchange,
  chain: readonly Authenticator[],
  { name }: Authenticator,
  answer: NonNullable<Answer>,
): Refusal | undefined {
  if (answer instanceof Refusal) return answer;
  if (!(answer instanceof Unauthorized)) {
    exchange.identity = answer;
    return undefined;
  }
  return new Refusal('bad_credential', `${name}: ${answer.reason}`, {
    ...challengeOf(chain),
    detail: answer.detail,
    extra: answer.extra,
  });
}

/**
 * An authenticator that throws could not decide. The message of an unexpected error may quote what it read, so only its
 * name is logged.
 */
function broken({ name }: Authenticator, error: unknown): Refusal {
  const tellable = error instanceof Unavailable || error instanceof UnreadableRecord;
  const reason = tellable ? `${error.name}: ${error.message}` : nameOf(error);
  const seconds = error instanceof Unavailable ? error.retryAfterSeconds : 1;
  return new Refusal('authenticator_failed', `${name}: ${reason}`, {
    headers: { 'retry-after': String(seconds) },
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
