/** A value at hand, or the promise of one. Steps stay synchronous when they can: it is much cheaper. */
export type Maybe<T> = T | Promise<T>;

export function isPromise<T>(value: Maybe<T>): value is Promise<T> {
  return value instanceof Promise;
}

/** Applies `next` at once to a value at hand, later to a promised one; `failed` takes a broken promise, if given. */
export function then<T, U>(
  value: Maybe<T>,
  next: (value: T) => Maybe<U>,
  failed?: (error: unknown) => Maybe<U>,
): Maybe<U> {
  return isPromise(value) ? value.then(next, failed) : next(value);
}
