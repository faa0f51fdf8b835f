/** Texts longer than this are not worth remembering: clients choose them. */
const LONGEST = 128;
const MOST = 2_000;

/**
 * A pure function of a text that remembers what it made of those it meets again and again, such as header names.
 * It forgets everything when it is full, so that a client who invents texts cannot make it grow.
 */
export function memo<T>(make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const value = make(text);
    if (text.length > LONGEST) return value;
    if (made.size >= MOST) made.clear();
    made.set(text, value);
    return value;
  };
}

/** A pure function of an object that is never changed, which remembers what it made for as long as the object lives. */
export function memoOf<Of extends object, T extends object | symbol>(make: (of: Of) => T): (of: Of) => T {
  const made = new WeakMap<Of, T>();
  return (of) => {
    const known = made.get(of);
    if (known !== undefined) return known;
    const value = make(of);
    made.set(of, value);
    return value;
  };
}
