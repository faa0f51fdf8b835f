/**
 * Why a stored password hash is not checked: `malformed`, `unknown` (no such algorithm here), `weak` (MD5, SHA-1 and
 * crypt, which are guessed in no time) or `limit` (it would cost seconds or hundreds of megabytes).
 */
export type UnusableHashReason = 'malformed' | 'unknown' | 'weak' | 'limit';

/** A stored password hash that nobody can log in with. The message is for the operator, and never holds the hash. */
export class UnusableHash {
  readonly reason: UnusableHashReason;
  readonly message: string;

  constructor(reason: UnusableHashReason, message: string) {
    this.reason = reason;
    this.message = message;
  }
}
