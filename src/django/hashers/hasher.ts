/** One of Django's password hash algorithms. */
export interface Hasher {
  /** What an encoded password starts with, before its first `$`. */
  readonly name: string;

  /**
   * Whether the password gives this hash. Compares in constant time.
   *
   * @param encoded as in the `password` field of Django's users, `name$…`
   * @throws UnusableHash (`malformed`, `limit`)
   * @throws HashersBusy where the algorithm runs in the hash thread
   */
  verify(password: string, encoded: string): Promise<boolean>;
}
