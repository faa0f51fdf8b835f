import { Worker } from 'node:worker_threads';
import { Unavailable } from '../../core/unavailable.ts';
import type { HashAnswer, HashJob, HashQuestion } from './hash-job.ts';

/** Questions that may wait at a time: at a quarter of a second each, the last one has its answer after some ten. */
const MAX_WAITING = 40;

/** Milliseconds after the last answer until the thread ends, and gives its memory back. */
const IDLE_MS = 10_000;

/** Too many passwords are being checked: try again later. It says nothing about the password. */
export class HashersBusy extends Unavailable {
  override name = 'HashersBusy';
}

interface Waiting {
  resolve(matches: boolean): void;
  reject(error: Error): void;
}

/** argon2 and bcrypt take a quarter of a second without a pause, so they have a thread of their own, one at a time. */
class HashThread {
  private readonly worker = new Worker(new URL('./hash-thread-main.js', import.meta.url));
  private readonly waiting = new Map<number, Waiting>();
  private idle: NodeJS.Timeout | undefined;
  private asked = 0;
  private readonly ended: () => void;

  constructor(ended: () => void) {
    this.ended = ended;
    this.worker.on('message', (answer: HashAnswer) => this.answered(answer));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('hash thread ended')));
  }

  ask(job: HashJob): Promise<boolean> {
    if (this.waiting.size >= MAX_WAITING) throw new HashersBusy('too many passwords are being checked');
    clearTimeout(this.idle);
    this.worker.ref();
    const question: HashQuestion = { ...job, id: this.asked++ };
    this.worker.postMessage(question);
    return new Promise((resolve, reject) => this.waiting.set(question.id, { resolve, reject }));
  }

  private answered({ id, matches }: HashAnswer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (matches === undefined) waiting?.reject(new Error('password hash could not be computed'));
    else waiting?.resolve(matches);
    if (this.waiting.size > 0) return;
    // Neither the thread nor the timer keeps a process alive that has nothing else to do.
    this.worker.unref();
    this.idle = setTimeout(() => this.stop(), IDLE_MS).unref();
  }

  private stop(): void {
    this.ended();
    void this.worker.terminate();
  }

  private fail(error: Error): void {
    this.ended();
    clearTimeout(this.idle);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

let thread: HashThread | undefined;

/**
 * Checks a password in the hash thread, which starts with the first question and ends when there are none.
 *
 * @throws HashersBusy when too many are waiting
 */
export async function verifyInThread(job: HashJob): Promise<boolean> {
  if (!thread) {
    const started = new HashThread(() => {
      if (thread === started) thread = undefined;
    });
    thread = started;
  }
  return thread.ask(job);
}
