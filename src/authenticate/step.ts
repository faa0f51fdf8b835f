import { challengeOf } from '../core/challenge.ts';
import type { Exchange } from '../core/exchange.ts';
import { isPromise, type Maybe } from '../core/maybe.ts';
import { Refusal } from '../core/refusal.ts';
import type { Route } from '../core/route.ts';
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

/** An authenticator that throws could not decide. Its message may quote what it read, so only its kind is told. */
function broken({ name }: Authenticator, error: unknown): Refusal {
  const known =
    error instanceof Error &&
    ['StoreUnavailable', 'UnreadableRecord', 'KeysUnavailable', 'UsersUnavailable'].includes(error.name);
  const reason = known ? `${error.name}: ${error.message}` : error instanceof Error ? error.name : 'unknown';
  return new Refusal('authenticator_failed', `${name}: ${reason}`, { headers: { 'retry-after': '1' } });
}
