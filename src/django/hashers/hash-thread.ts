import { Worker } from 'node:worker_threads';
import { Unavailable } from '../../core/unavailable.ts';
import type { HashAnswer, HashJob } from './hash-job.ts';

/** A hash thread ended, or its library failed. It says nothing about the password. */
export class HashersFailed extends Unavailable {
  override name = 'HashersFailed';
}

interface Waiting {
  resolve(answer: HashAnswer): void;
  reject(error: Error): void;
}

/** One thread that computes hashes, one at a time. It has no environment: it needs no secrets. */
export class HashThread {
  private readonly worker = new Worker(new URL('./hash-thread-main.js', import.meta.url), { env: {} });
  private waiting: Waiting | undefined;
  private readonly ended: () => void;

  /** @param ended is called once, when the thread has ended by itself or was stopped */
  constructor(ended: () => void) {
    this.ended = ended;
    this.worker.on('message', (answer: HashAnswer) => {
      const waiting = this.waiting;
      this.waiting = undefined;
      // An idle thread keeps no process alive.
      this.worker.unref();
      waiting?.resolve(answer);
    });
    this.worker.on('error', () => {});
    this.worker.on('exit', () => this.end());
  }

  /** @throws HashersFailed when the thread ends before it has answered */
  run(job: HashJob): Promise<HashAnswer> {
    this.worker.ref();
    this.worker.postMessage(job);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  stop(): void {
    void this.worker.terminate();
  }

  private end(): void {
    this.waiting?.reject(new HashersFailed('a hash thread ended'));
    this.waiting = undefined;
    this.ended();
  }
}
