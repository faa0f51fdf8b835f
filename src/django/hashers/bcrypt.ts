import { readBcrypt } from './bcrypt-hash.ts';
import type { Hasher } from './hasher.ts';
import { UnusableHash } from './unusable-hash.ts';

/** `bcrypt$$2b$12$…`. Looks at the first 72 bytes of a password only, as bcrypt does. */
export const bcrypt: Hasher = {
  name: 'bcrypt',
  read(encoded) {
    const hash = readBcrypt(encoded.slice('bcrypt$'.length), (password) => Buffer.from(password));
    if (hash instanceof UnusableHash) return hash;
    // A zero byte ends a password for some implementations; Python's refuses it.
    return { ...hash, accepts: (password) => !password.includes('\0') };
  },
};
