import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `condition` gives something true, asking every few milliseconds; for what tells nobody when it changes,
 * such as another process's readiness. An error counts as "not yet" and is told if it never comes true.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  options: { within?: number; every?: number } = {},
): Promise<NonNullable<T>> {
  const { within = 10_000, every = 5 } = options;
  const deadline = performance.now() + within;
  for (;;) {
    let last: unknown;
    try {
      const result = await condition();
      if (result) return result;
      last = result;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`not true within ${within} ms: ${condition}; last: ${last}`, { cause: last });
    }
    await pause(every);
  }
}
