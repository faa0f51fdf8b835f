import type { Ending, Exchange } from './core/exchange.ts';
import { isPromise, type Maybe } from './core/maybe.ts';
import type { Trace } from './core/trace.ts';
import type { Step } from './core/words.ts';

/** Runs step after step until one ends the request; stays synchronous until one has to wait. */
export function run<On extends Exchange>(
  steps: readonly Step<On>[],
  exchange: On,
  trace?: Trace,
  from = 0,
): Maybe<Ending | undefined> {
  for (let at = from; at < steps.length; at++) {
    const step = steps[at] as Step<On>;
    trace?.begin(step.name);
    const ending = step.run(exchange, trace);
    if (isPromise(ending)) {
      return ending.then((settled) => {
        trace?.end(settled);
        return settled ?? run(steps, exchange, trace, at + 1);
      });
    }
    trace?.end(ending);
    if (ending !== undefined) return ending;
  }
  return undefined;
}
