import { StoreUnavailable } from '../../core/store.ts';

/** How often a store that did not answer is asked whether it does again. */
const PROBE_MS = 200;
/** After so many probes without an answer the connection itself is given up: it may lead nowhere. */
const PROBES_PER_CONNECTION = 10;

export interface BreakerOptions {
  /** Resolves when the store answers. */
  probe(): Promise<unknown>;
  /** Makes a new connection. */
  reconnect(): void;
}

/**
 * Spares requests the wait for a store that hangs: after one command without an answer, all are refused at once
 * until a probe is answered.
 */
export class Breaker {
  private readonly options: BreakerOptions;
  private open = false;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: BreakerOptions) {
    this.options = options;
  }

  /**
   * Runs a command unless the store is known not to answer.
   *
   * @throws StoreUnavailable at once while it is
   */
  run<T>(command: () => Promise<T>, hung: (error: unknown) => boolean): Promise<T> {
    if (this.open) return Promise.reject(new StoreUnavailable('does not answer'));
    return command().catch((error: unknown) => {
      if (hung(error)) this.trip();
      throw error;
    });
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private trip(): void {
    if (this.open || this.closed) return;
    this.open = true;
    void this.heal(1);
  }

  private async heal(attempt: number): Promise<void> {
    try {
      await this.options.probe();
      this.open = false;
    } catch {
      if (this.closed) return;
      if (attempt % PROBES_PER_CONNECTION === 0) this.options.reconnect();
      this.timer = setTimeout(() => void this.heal(attempt + 1), PROBE_MS);
    }
  }
}
