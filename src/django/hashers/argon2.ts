import type { Hasher } from './hasher.ts';
import { UnusableHash } from './unusable-hash.ts';

const SHAPE =
  /^argon2(\$argon2(?:id|i)\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,4})\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{6,172})$/;

/** For each KiB and pass. */
const MS_PER_BLOCK = 1.4e-3;

/** `argon2$argon2id$v=19$m=…,t=…,p=…$salt$hash`, argon2i too (Django before 3.2). */
export const argon2: Hasher = {
  name: 'argon2',
  read(encoded) {
    const match = SHAPE.exec(encoded);
    if (!match) return new UnusableHash('malformed', 'password hash is not argon2id or argon2i, version 19');
    const [memory, passes, lanes] = match.slice(2).map(Number) as [number, number, number];
    if (memory < 8 * lanes)
      return new UnusableHash('malformed', 'argon2 has too little memory for its lanes');
    return {
      spec: { algorithm: 'argon2', hash: match[1] ?? '' },
      cost: { ms: memory * passes * MS_PER_BLOCK, bytes: memory * 1024 },
      // The library takes no empty password: nobody logs in without one, and its check takes as long as any.
      bytesOf: (password) => Buffer.from(password === '' ? '\0' : password),
      accepts: (password) => password !== '',
    };
  },
};
