/**
 * A source that a decision needs cannot answer now: the store, the keys of an issuer, the users' source, the password
 * hashers. It becomes a 503, never "invalid credential". The message is for the operator's log: it names the cause,
 * and never holds a credential, a record or the query of a URL.
 */
export abstract class Unavailable extends Error {
  /** Seconds after which the client may try again. */
  readonly retryAfterSeconds: number = 1;
}
