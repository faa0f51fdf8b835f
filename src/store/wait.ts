interface Refused {
  /** The time of the oldest request in the window; undefined when there is none. */
  oldest: number | undefined;
  count: number;
  limit: number;
  windowMs: number;
  now: number;
}

/**
 * Milliseconds until one more may be admitted: until the oldest request leaves the window, as in DRF's
 * `SimpleRateThrottle.wait`. DRF names no wait when more were admitted than the limit allows (a shared key
 * with two rates); then as many must leave as are too many, and the whole window is the honest bound.
 */
export function waitFor({ oldest, count, limit, windowMs, now }: Refused): number {
  if (oldest === undefined || count > limit) return windowMs;
  return Math.max(oldest + windowMs - now, 1);
}
