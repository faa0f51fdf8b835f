/**
 * A value of which only the type is known: a date, a Decimal, an object of the app's own. Rules cannot compare it, and
 * no header shows it.
 */
export class Opaque {
  /** The type, such as `datetime.datetime`. */
  readonly type: string;
  /** What Python's `str()` makes of it, for the few types that can be ids. */
  text: string | undefined;

  constructor(type: string) {
    this.type = type;
  }

  /** Left out of JSON. */
  toJSON(): undefined {
    return undefined;
  }
}
