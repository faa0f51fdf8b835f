import type { Ending } from './exchange.ts';
import type { Verb } from './refusals.ts';

/** What one part of a step said: an authenticator, a permission, a throttle. */
export interface Detail {
  /** The part's name in the file. */
  part: string;
  /** `skip`, `deny` or `accept`; `true`, `false` or `undecided`; `admit`, `refuse` or `skip`. */
  outcome: string;
  /** Why, in a sentence for the operator; never a credential. */
  reason: string;
  /** The values that it saw or counted. */
  values?: Readonly<Record<string, unknown>>;
}

/** Told of what each step of a decision does. Steps work the same without one. */
export interface Trace {
  begin(step: Verb): void;
  note(detail: Detail): void;
  /** @param ending what the step ended the request with; undefined when it let it go on */
  end(ending: Ending | undefined): void;
}
