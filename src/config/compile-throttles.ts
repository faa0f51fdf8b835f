import type { Static } from 'typebox';
import { suggestion } from '../core/suggest.ts';
import type { CommonTools, Throttle } from '../core/words.ts';
import { throttles as parts } from '../throttle/index.ts';
import type { ThrottleOptions } from '../throttle/sliding-log.ts';
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
  private readonly tools: CommonTools;

  constructor(
    named: Readonly<Record<string, Static<typeof ThrottleOptions>>>,
    problems: Problems,
    tools: CommonTools,
  ) {
    this.problems = problems;
    this.tools = tools;
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
    const [part] = parts;
    const report = (below: Path, message: string) => {
      // Of the whole nothing is said where a part of it was wrong: the one comes from the other.
      if (below.length > 0 || !this.problems.excused(path))
        this.problems.on([...path, ...below], message, 'key');
    };
    const warn = (below: Path, message: string) => this.problems.warn([...path, ...below], message);
    const throttle = part.create(spec, { ...this.tools, name, report, warn });
    return { throttle, by: spec.by ?? 'user', path };
  }
}
