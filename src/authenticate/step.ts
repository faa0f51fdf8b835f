import { createHash } from 'node:crypto';
import { challengeOf } from '../core/challenge.ts';
import type { Matched } from '../core/exchange.ts';
import type { Identity } from '../core/identity.ts';
import { isPromise, type Maybe } from '../core/maybe.ts';
import { pageAsking } from '../core/origin.ts';
import { Refusal } from '../core/refusal.ts';
import type { Rules } from '../core/rules.ts';
import type { Trace } from '../core/trace.ts';
import { Unavailable } from '../core/unavailable.ts';
import { UnreadableRecord } from '../core/unreadable.ts';
import type { Answer, Authenticator, Deny, Step } from '../core/words.ts';

/** Tries the route's authenticators in order; the first that does not skip decides. Writes `identity`. */
export function authenticate({ authenticate: chain }: Rules): Step | undefined {
  if (chain.length === 0) return undefined;
  return { name: 'authenticate', run: (exchange, trace) => tryFrom(0, chain, exchange, trace) };
}

function tryFrom(
  from: number,
  chain: readonly Authenticator[],
  exchange: Matched,
  trace: Trace | undefined,
): Maybe<Refusal | undefined> {
  for (let at = from; at < chain.length; at++) {
    const authenticator = chain[at] as Authenticator;
    if (authenticator.vary !== undefined)
      exchange.replyHeaders = [...exchange.replyHeaders, 'vary', authenticator.vary];
    let answer: Maybe<Answer>;
    try {
      answer = authenticator.authenticate(exchange);
    } catch (error) {
      return broken(authenticator, error);
    }
    if (isPromise(answer)) {
      return answer.then(
        (settled) =>
          settled.kind === 'skip'
            ? (conclude(settled, authenticator, chain, exchange, trace) ??
              tryFrom(at + 1, chain, exchange, trace))
            : conclude(settled, authenticator, chain, exchange, trace),
        (error: unknown) => broken(authenticator, error),
      );
    }
    const refusal = conclude(answer, authenticator, chain, exchange, trace);
    if (refusal !== undefined || answer.kind !== 'skip') return refusal;
  }
  return undefined;
}

function conclude(
  answer: Answer,
  { name }: Authenticator,
  chain: readonly Authenticator[],
  exchange: Matched,
  trace: Trace | undefined,
): Refusal | undefined {
  if (answer.kind === 'accept') {
    const foreign = refuseForeignPage(exchange, answer.identity, name);
    if (foreign) return foreign;
    trace?.note({ part: name, outcome: 'accept', reason: `is ${answer.identity.user.id}` });
    exchange.identity = answer.identity;
    if (answer.effect) exchange.effects = [...exchange.effects, answer.effect];
    return undefined;
  }
  trace?.note({ part: name, outcome: answer.kind, reason: answer.reason });
  if (answer.kind === 'deny') return refuse(answer, name, chain);
  exchange.skips = [...exchange.skips, answer.reason];
  if (answer.reply) exchange.replyHeaders = [...exchange.replyHeaders, ...answer.reply];
  return undefined;
}

/**
 * A page that opens a WebSocket brings its visitor's cookies along, whatever the page is: `origins: ["*"]` does not
 * let it act as the visitor.
 */
function refuseForeignPage(exchange: Matched, { credential }: Identity, name: string): Refusal | undefined {
  if (!exchange.upgrade || credential?.in !== 'cookie') return undefined;
  if (pageAsking(exchange, exchange.route.cors) !== 'any') return undefined;
  return new Refusal('foreign_origin', `${name}: the credential is in a cookie, and "*" names no origin`);
}

function refuse(
  { code, reason, detail, extra, guess, retryAfterSeconds = 1 }: Deny,
  name: string,
  chain: readonly Authenticator[],
): Refusal {
  if (code === 'csrf_failed') return new Refusal('csrf_failed', `${name}: ${reason}`, { fill: reason });
  if (code === 'too_many_passwords') {
    return new Refusal(code, `${name}: ${reason}`, {
      fill: retryAfterSeconds === 1 ? '1 second' : `${retryAfterSeconds} seconds`,
      headers: { 'retry-after': String(retryAfterSeconds) },
    });
  }
  return new Refusal('bad_credential', `${name}: ${reason}`, {
    ...challengeOf(chain),
    detail,
    extra,
    guess: guess === undefined ? undefined : createHash('sha256').update(guess).digest('base64'),
  });
}

/** An authenticator that throws could not decide. */
function broken({ name }: Authenticator, error: unknown): Refusal {
  const retryAfter = error instanceof Unavailable ? error.retryAfterSeconds : 1;
  return new Refusal('authenticator_failed', `${name}: ${reasonOf(error)}`, {
    headers: { 'retry-after': String(retryAfter) },
  });
}

/** What others throw may quote what they read: only its kind is told. */
function reasonOf(error: unknown): string {
  if (error instanceof Unavailable || error instanceof UnreadableRecord)
    return `${error.name}: ${error.message}`;
  return error instanceof Error ? error.name : 'unknown';
}
