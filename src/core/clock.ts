/** Wall-clock time, in milliseconds since the epoch. Tests own one; production uses `systemClock`. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: Date.now };
