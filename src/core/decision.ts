import type { Effect, Exchange, Matched } from './exchange.ts';
import type { RequestHead } from './head.ts';
import type { Maybe } from './maybe.ts';
import type { Outbound } from './outbound.ts';
import type { Refusal } from './refusal.ts';
import type { Trace } from './trace.ts';
import type { Upstream } from './upstream.ts';

/** An answer that Postern gives itself, ready to be written. */
export interface Reply {
  status: number;
  /** Header lines, name and value in turn; `content-length` is among them where there may be a body. */
  headers: readonly string[];
  body: string;
}

/** The request goes to an upstream. */
export interface Forward {
  readonly kind: 'forward';
  readonly exchange: Matched;
  readonly upstream: Upstream;
  readonly outbound: Outbound;
  readonly effects: readonly Effect[];
}

/** The request is answered here. */
export interface Answered {
  readonly kind: 'reply';
  readonly exchange: Exchange;
  readonly reply: Reply;
  /** Undefined where the answer is no refusal, such as a preflight's. */
  readonly refusal: Refusal | undefined;
  readonly effects: readonly Effect[];
}

/** What becomes of a request. It is data: nothing has been sent, and no effect applied. */
export type Decision = Forward | Answered;

/** What decides about requests: one compiled file. */
export interface Decider {
  /** Every step of a request, up to what is sent on or answered. Never throws, and changes nothing but counters. */
  decide(head: RequestHead, trace?: Trace): Maybe<Decision>;
  /** The answer to a request that was to be forwarded and could not be, or to what was no readable request. */
  refuse(exchange: Exchange | undefined, refusal: Refusal): Reply;
  /** Does what a decision wants done in the store, without keeping the request waiting. */
  apply(effects: readonly Effect[]): void;
  /** Counts a request in, so that nothing it uses is closed before `leave`. */
  enter(): void;
  leave(): void;
}
