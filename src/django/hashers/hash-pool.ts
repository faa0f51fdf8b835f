import { FairQueue } from '../../core/fair-queue.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { HashAnswer, HashJob } from './hash-job.ts';
import { HashersFailed, HashThread } from './hash-thread.ts';

/** Milliseconds without work until a thread ends, and gives its memory back. */
const IDLE_MS = 10_000;

/** A wait for checks of Django's default hash, in seconds: a quarter each. */
const SECONDS_PER_CHECK = 0.25;

/** Too many passwords wait to be checked. It says nothing about the password. */
export class HashersBusy extends Unavailable {
  override name = 'HashersBusy';
  /** Whether it is this client's own passwords that are too many. */
  readonly ownShare: boolean;
  override readonly retryAfterSeconds: number;

  constructor(ownShare: boolean, retryAfterSeconds: number) {
    super(ownShare ? 'too many passwords of this address wait' : 'too many passwords wait');
    this.ownShare = ownShare;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface HashPoolOptions {
  threads: number;
  /** Checks of one client that may wait. */
  share: number;
  /** Checks that may wait in all. */
  most: number;
}

interface Waiting {
  job: HashJob;
  resolve(answer: HashAnswer): void;
  reject(error: Error): void;
}

/**
 * Threads that do nothing but hash. A hash takes a quarter of a second: on the event loop it would stop every request,
 * on libuv's four threads DNS, files and WebCrypto. Threads start when they are needed; clients take turns.
 */
export class HashPool {
  private readonly options: HashPoolOptions;
  private readonly queue: FairQueue<Waiting>;
  /** Each thread with the timer that ends it; undefined while it works. */
  private readonly threads = new Map<HashThread, NodeJS.Timeout | undefined>();

  constructor(options: HashPoolOptions) {
    this.options = options;
    this.queue = new FairQueue(options);
  }

  /**
   * @param client whose job it is: an address
   * @throws HashersBusy, HashersFailed
   */
  run(job: HashJob, client: string): Promise<HashAnswer> {
    return new Promise((resolve, reject) => {
      const displaced = this.queue.push(client, { job, resolve, reject });
      displaced?.item.reject(this.busy(displaced.why === 'share'));
      this.work();
    });
  }

  private work(): void {
    while (this.queue.size > 0) {
      const thread = this.freeThread();
      if (thread) this.give(thread);
      else if (this.threads.size > 0) return;
      else this.queue.shift()?.reject(new HashersFailed('a hash thread cannot be started'));
    }
  }

  private give(thread: HashThread): void {
    const next = this.queue.shift();
    if (!next) return;
    clearTimeout(this.threads.get(thread));
    this.threads.set(thread, undefined);
    thread
      .run(next.job)
      .finally(() => this.rest(thread))
      .then(next.resolve, next.reject);
  }

  private freeThread(): HashThread | undefined {
    for (const [thread, idle] of this.threads) if (idle) return thread;
    if (this.threads.size >= this.options.threads) return undefined;
    try {
      const thread: HashThread = new HashThread(() => this.threads.delete(thread));
      return thread;
    } catch {
      return undefined;
    }
  }

  private rest(thread: HashThread): void {
    // It is gone already when it ended by itself.
    if (this.threads.has(thread)) {
      this.threads.set(thread, setTimeout(() => thread.stop(), IDLE_MS).unref());
    }
    this.work();
  }

  private busy(ownShare: boolean): HashersBusy {
    const ahead = ownShare ? this.options.share : this.queue.size;
    return new HashersBusy(ownShare, Math.ceil((ahead * SECONDS_PER_CHECK) / this.options.threads));
  }
}
