import { verifyInThread } from './hash-thread.ts';
import type { Hasher } from './hasher.ts';
import { UnusableHash } from './unusable-hash.ts';

const SHAPE =
  /^argon2(\$argon2(?:id|i)\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,4})\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{6,172})$/;

/** KiB that one check may take; Django's setting takes 100 MiB. */
const MAX_MEMORY = 256 << 10;

/** KiB times passes: ten times what Django takes, some three seconds. */
const MAX_WORK = 2 << 20;

/**
 * `argon2$argon2id$v=19$m=…,t=…,p=…$salt$hash`, argon2i too (Django before 3.2), in the hash thread. An empty password
 * never matches: the library does not take one.
 */
export const argon2: Hasher = {
  name: 'argon2',
  async verify(password, encoded) {
    const match = SHAPE.exec(encoded);
    if (!match) throw new UnusableHash('malformed', 'password hash is no argon2id or argon2i of version 19');
    const [memory, passes, lanes] = match.slice(2).map(Number) as [number, number, number];
    if (memory < 8 * lanes) throw new UnusableHash('malformed', 'argon2 has too little memory for its lanes');
    if (memory > MAX_MEMORY || memory * passes > MAX_WORK) {
      throw new UnusableHash('limit', 'argon2 takes too much work');
    }
    // The same work all the same, so that the time does not tell who has an argon2 hash.
    const bytes = Buffer.from(password === '' ? '\0' : password);
    return (
      (await verifyInThread({ algorithm: 'argon2', password: bytes, hash: match[1] ?? '' })) &&
      password !== ''
    );
  },
};
