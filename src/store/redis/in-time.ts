/** The store's answer did not come in time. */
export class TooLate extends Error {
  override name = 'TooLate';
}

/**
 * Waits for an answer no longer than `milliseconds`. A busy process learns that the time is over before it has read
 * what arrived meanwhile, so what has arrived gets one more turn of the event loop to be read: otherwise a gateway
 * under load would take its own slowness for a hung store.
 *
 * @throws TooLate
 */
export function inTime<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => setImmediate(() => reject(new TooLate('Command timed out'))),
      milliseconds,
    );
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
