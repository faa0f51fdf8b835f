import { Refusal } from '../core/refusal.ts';

export interface PlacesOptions {
  /** Whose they are, for the log. */
  upstream: string;
  /** How many requests and tunnels may be under way. */
  total: number;
  /** How many of them one caller may hold. */
  perCaller: number;
}

/** What an upstream can do at once, so that a hung one holds no more than its own and no caller holds all of it. */
export class Places {
  private readonly upstream: string;
  private readonly total: number;
  private readonly perCaller: number;
  private readonly held = new Map<string, number>();
  private taken = 0;

  constructor({ upstream, total, perCaller }: PlacesOptions) {
    this.upstream = upstream;
    this.total = total;
    this.perCaller = perCaller;
  }

  /** Takes a place, to be given back by `release`; a refusal when there is none. @param caller undefined has no share */
  take(caller: string | undefined): Refusal | undefined {
    if (this.taken >= this.total) return refused(`${this.total} requests are in flight to ${this.upstream}`);
    if (caller !== undefined) {
      const own = this.held.get(caller) ?? 0;
      if (own >= this.perCaller)
        return refused(`${this.perCaller} requests of this address are in flight to ${this.upstream}`);
      this.held.set(caller, own + 1);
    }
    this.taken++;
    return undefined;
  }

  release(caller: string | undefined): void {
    this.taken--;
    if (caller === undefined) return;
    const left = (this.held.get(caller) ?? 1) - 1;
    if (left > 0) this.held.set(caller, left);
    else this.held.delete(caller);
  }
}

function refused(reason: string): Refusal {
  return new Refusal('upstream_unavailable', reason, { headers: { 'retry-after': '1' } });
}
