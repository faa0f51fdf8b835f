import type { Static } from 'typebox';
import { suggestion } from '../core/suggest.ts';
import type { Throttle } from '../core/words.ts';
import { slidingLog, type ThrottleOptions } from '../throttle/sliding-log.ts';
import type { Path, Problems } from '../yaml/problems.ts';

export type ThrottleSpec = string | Static<typeof ThrottleOptions>;

/** A throttle, and the path parameter that it counts by, if any. */
export interface CompiledThrottle {
  throttle: Throttle;
  by: string;
  path: Path;
}

/** Turns what the file says of throttles into throttles. Routes that name the same one share it. */
export class ThrottleCompiler {
  private readonly named: ReadonlyMap<string, CompiledThrottle>;
  private readonly problems: Problems;

  constructor(named: Readonly<Record<string, Static<typeof ThrottleOptions>>>, problems: Problems) {
    this.problems = problems;
    this.named = new Map(
      Object.entries(named).map(([name, spec]) => [name, this.make(name, spec, ['throttles', name])]),
    );
  }

  /** @param name for an inline throttle, which counts for its route alone */
  compile(spec: ThrottleSpec, path: Path, name: string): CompiledThrottle | undefined {
    if (typeof spec !== 'string') return this.make(name, spec, path);
    const found = this.named.get(spec);
    if (!found && !this.problems.excused(['throttles', spec]))
      this.problems.on(path, `there is no throttle "${spec}"${suggestion(spec, this.named.keys())}`);
    return found;
  }

  private make(name: string, spec: Static<typeof ThrottleOptions>, path: Path): CompiledThrottle {
    const given = [spec.rate, spec.rates].filter((rate) => rate !== undefined).length;
    const reported = this.problems.excused([...path, 'rate']) || this.problems.excused([...path, 'rates']);
    if (given !== 1 && !reported) this.problems.on(path, 'give either "rate" or "rates"', 'key');
    return { throttle: slidingLog(name, spec), by: spec.by ?? 'user', path };
  }
}
