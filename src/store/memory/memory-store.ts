import type { Clock } from '../../core/clock.ts';
import type { Confirmed, Store, Stored, Taken, TakeRequest } from '../../core/store.ts';
import type { Log } from '../../core/words.ts';
import { SlidingLogs } from './sliding-logs.ts';

/** State in this process only: for one gateway, with nothing kept over a restart. */
export class MemoryStore implements Store {
  readonly kind = 'memory';
  /** How many counters were dropped for want of room, before their window was over. */
  evicted = 0;
  private readonly clock: Clock;
  private readonly records: ReadonlyMap<string, Stored>;
  private readonly log: Log | undefined;
  /** Made when first asked: many files have no throttle. */
  private logs: SlidingLogs | undefined;

  /**
   * @param records what `read` finds, as if it had been written to Redis under the same keys
   * @param log is told once when counters are dropped for want of room
   */
  constructor(clock: Clock, records: ReadonlyMap<string, Stored> = new Map(), log?: Log) {
    this.clock = clock;
    this.records = records;
    this.log = log;
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
    this.logs ??= new SlidingLogs(() => this.noteEviction());
    const { logs } = this;
    const now = this.clock.now();
    return requests.map((request) => logs.take(request, now));
  }

  async settled(): Promise<void> {}

  ready(): boolean {
    return true;
  }

  async close(): Promise<void> {
    this.logs = undefined;
  }

  private noteEviction(): void {
    this.evicted++;
    if (this.evicted === 1)
      this.log?.warn(
        {},
        'too many callers for the counters in memory: those not seen for longest are dropped',
      );
  }
}
