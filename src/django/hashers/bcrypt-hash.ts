import type { StoredHash } from './hasher.ts';
import { UnusableHash } from './unusable-hash.ts';

const SHAPE = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** bcrypt looks at no more. */
const MAX_BYTES = 72;

/** The cost is a power of two: Django takes 12, a quarter of a second. */
const MS_PER_ROUND = 58e-3;

/** Reads a bare bcrypt hash: `$2b$12$…`, also `$2a$`, `$2y$`. */
export function readBcrypt(hash: string, bytesOf: (password: string) => Buffer): StoredHash | UnusableHash {
  const cost = Number(SHAPE.exec(hash)?.[1] ?? 0);
  if (cost < 4) return new UnusableHash('malformed', 'password hash is not bcrypt');
  return {
    spec: { algorithm: 'bcrypt', hash },
    cost: { ms: 2 ** cost * MS_PER_ROUND, bytes: 0 },
    bytesOf(password) {
      const bytes = bytesOf(password);
      // bcrypt ends a password with a zero byte and repeats it: none at all and one zero byte are the same to it.
      return bytes.length === 0 ? Buffer.of(0) : bytes.subarray(0, MAX_BYTES);
    },
  };
}
