import type { Decider, Decision, Forward } from '../core/decision.ts';
import type { Delivery } from '../core/delivery.ts';
import type { RequestHead } from '../core/head.ts';
import { isPromise } from '../core/maybe.ts';
import type { Observe } from '../core/outcome.ts';
import type { Refusal } from '../core/refusal.ts';

/** One request from its arrival to its end: holds what decides it, and tells the log how it ended. */
export class Passage {
  readonly gateway: Decider;
  private readonly observe: Observe;
  private readonly startedAt = performance.now();
  /** What becomes of it at its upstream. */
  delivery: Delivery | undefined;
  private decision: Decision | undefined;
  private late: Refusal | undefined;
  private endedAt: number | undefined;

  constructor(gateway: Decider, observe: Observe) {
    this.gateway = gateway;
    this.observe = observe;
    gateway.enter();
  }

  /** Calls `next`, which must not throw, with the decision, unless the request has ended by then. */
  decide(head: RequestHead, next: (decision: Decision) => void): void {
    const follow = (decision: Decision) => {
      this.decision = decision;
      this.gateway.apply(decision.effects);
      if (this.endedAt === undefined) next(decision);
      else this.tell(decision, 0, true);
    };
    const decision = this.gateway.decide(head);
    if (isPromise(decision)) void decision.then(follow);
    else follow(decision);
  }

  /** What is to be forwarded; undefined before the decision, and for a request that is answered here. */
  get forward(): Forward | undefined {
    return this.decision?.kind === 'forward' ? this.decision : undefined;
  }

  /** The answer to a request that was to be forwarded and could not be. */
  refuse(refusal: Refusal): ReturnType<Decider['refuse']> {
    this.late = refusal;
    return this.gateway.refuse(this.decision?.exchange, refusal);
  }

  /** @param status what the client received; 0 for nothing */
  end(status: number): void {
    this.endedAt = performance.now();
    if (this.decision) this.tell(this.decision, status, false);
    this.gateway.leave();
  }

  private tell(decision: Decision, status: number, abandoned: boolean): void {
    const refusal = this.late ?? (decision.kind === 'reply' ? decision.refusal : undefined);
    const durationMs = (this.endedAt ?? performance.now()) - this.startedAt;
    const { delivery } = this;
    this.observe({ decision, delivery, abandoned, refusal, status, durationMs });
  }
}
