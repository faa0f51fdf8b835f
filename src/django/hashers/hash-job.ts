/** What the hash thread is asked. */
export interface HashJob {
  algorithm: 'argon2' | 'bcrypt';
  password: Uint8Array;
  /** As the library takes it, from its first `$`. */
  hash: string;
}

export interface HashQuestion extends HashJob {
  id: number;
}

/** `matches` is undefined when the library failed. */
export interface HashAnswer {
  id: number;
  matches?: boolean;
}
