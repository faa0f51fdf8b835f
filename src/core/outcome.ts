import type { Decision } from './decision.ts';
import type { Delivery } from './delivery.ts';
import type { Refusal } from './refusal.ts';

/** How a request ended. */
export interface Outcome {
  decision: Decision;
  /** The client went away before the decision: nothing was sent to anybody. */
  abandoned: boolean;
  /** Why it was refused: by a step, or because the upstream failed. */
  refusal: Refusal | undefined;
  /** What became of it at its upstream; undefined when nothing was sent there. */
  delivery: Delivery | undefined;
  /** What the client received; 0 for nothing. */
  status: number;
  durationMs: number;
}

/** Told of every request at its end. */
export type Observe = (outcome: Outcome) => void;
