/**
 * Which requests of a steady stream are due. They are sent by a loop with a timer of a millisecond and by arriving
 * replies; a request that finds every connection busy waits, and its time counts from when it was due.
 */
export class Schedule {
  readonly total: number;
  private readonly rate: number;
  private readonly noticedAt: Float64Array;
  private noticed = 0;
  private taken = 0;

  /** @param rate requests in a second */
  constructor(rate: number, seconds: number) {
    this.rate = rate;
    this.total = Math.floor(rate * seconds);
    this.noticedAt = new Float64Array(this.total);
  }

  /** @param milliseconds since the stream began */
  advance(milliseconds: number): void {
    const due = Math.min(this.total, Math.floor((milliseconds * this.rate) / 1_000));
    while (this.noticed < due) this.noticedAt[this.noticed++] = milliseconds;
  }

  /** When the next request became due, in milliseconds since the stream began; undefined when none waits. */
  next(): number | undefined {
    return this.taken < this.noticed ? this.noticedAt[this.taken++] : undefined;
  }
}
