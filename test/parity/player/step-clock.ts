import type { Clock } from '../../../src/core/clock.ts';
import { CLOCK_BASE } from '../support/django.ts';

/** Stands where a request sets it. */
export class StepClock implements Clock {
  /** Seconds after CLOCK_BASE; undefined for the real time. */
  at: number | undefined;

  now(): number {
    return this.at === undefined ? Date.now() : (CLOCK_BASE + this.at) * 1_000;
  }
}
