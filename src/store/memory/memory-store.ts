import type { Clock } from '../../core/clock.ts';
import type { Confirmed, Store, Stored, Taken, TakeRequest } from '../../core/store.ts';
import { SlidingLog } from './sliding-log.ts';

/** State in this process only: for one gateway, with nothing kept over a restart. */
export class MemoryStore implements Store {
  readonly kind = 'memory';
  private readonly clock: Clock;
  private readonly records: ReadonlyMap<string, Stored>;
  private readonly logs = new SlidingLog();

  /** @param records what `read` finds, as if it had been written to Redis under the same keys */
  constructor(clock: Clock, records: ReadonlyMap<string, Stored> = new Map()) {
    this.clock = clock;
    this.records = records;
  }

  read(key: string): Stored | undefined {
    return this.records.get(key);
  }

  readConfirmed(key: string): Confirmed | undefined {
    const value = this.read(key);
    return value === undefined ? undefined : { value, leftMs: Number.POSITIVE_INFINITY };
  }

  /** What was there at start stands until the end. */
  expire(): void {}

  take(requests: readonly TakeRequest[]): Taken[] {
    const now = this.clock.now();
    return requests.map((request) => this.logs.take(request, now));
  }

  async settled(): Promise<void> {}

  ready(): boolean {
    return true;
  }

  async close(): Promise<void> {
    this.logs.clear();
  }
}
