import { verifyInThread } from './hash-thread.ts';
import { UnusableHash } from './unusable-hash.ts';

const SHAPE = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** bcrypt looks at no more. */
const MAX_BYTES = 72;

/** The cost is a power of two: Django takes 12, a quarter of a second; 15 take two seconds. */
const MAX_COST = 15;

/**
 * Checks a bare bcrypt hash, `$2b$12$…` (also `$2a$`, `$2y$`), in the hash thread.
 *
 * @throws UnusableHash (`malformed`, `limit`)
 * @throws HashersBusy
 */
export async function verifyBcrypt(password: Buffer, hash: string): Promise<boolean> {
  const cost = Number(SHAPE.exec(hash)?.[1] ?? 0);
  if (cost < 4) throw new UnusableHash('malformed', 'password hash is no bcrypt');
  if (cost > MAX_COST) throw new UnusableHash('limit', `bcrypt has a cost above ${MAX_COST}`);
  // bcrypt ends a password with a zero byte and repeats it: none at all and one zero byte are the same to it.
  const bytes = password.length === 0 ? Buffer.of(0) : password.subarray(0, MAX_BYTES);
  return verifyInThread({ algorithm: 'bcrypt', password: bytes, hash });
}
