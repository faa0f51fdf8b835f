import { Opaque } from '../core/opaque.ts';
import type { Log } from '../core/words.ts';

/** Tells the operator which attributes a header cannot show, of each once. */
export class Unshown {
  private readonly log: Log;
  private readonly told = new Set<string>();

  constructor(log: Log) {
    this.log = log;
  }

  /** Whether nothing but the type of a value is known, so that it must be left out of a header. */
  has(header: string, attribute: string, value: unknown): boolean {
    if (!(value instanceof Opaque)) return false;
    const key = `${header} ${attribute}`;
    if (!this.told.has(key)) {
      this.told.add(key);
      this.log.warn({ header, attribute, type: value.type }, 'a header cannot show a value of this type');
    }
    return true;
  }
}
