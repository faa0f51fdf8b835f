/** A stored hash with its parameters, as a hash thread takes it. */
export type HashSpec =
  | {
      algorithm: 'pbkdf2';
      digest: 'sha1' | 'sha256';
      iterations: number;
      salt: string;
      /** Bytes of the derived key. */
      length: number;
      /** Base64. */
      hash: string;
    }
  | { algorithm: 'scrypt'; N: number; r: number; p: number; salt: string; hash: string }
  /** The whole hash as its library reads it, from its first `$`. */
  | { algorithm: 'argon2' | 'bcrypt'; hash: string };

/** What a hash thread is asked: one job at a time. */
export interface HashJob {
  password: Uint8Array;
  spec: HashSpec;
  /** Iterations of pbkdf2 (SHA-256) to add after a mismatch, so that it takes as long as a costlier hash. */
  padding: number;
}

export interface HashAnswer {
  /** Undefined when the library failed. */
  matches?: boolean;
  /** Milliseconds that the hash itself took, without padding. */
  ms: number;
}
