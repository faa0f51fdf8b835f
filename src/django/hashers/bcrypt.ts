import { verifyBcrypt } from './bcrypt-hash.ts';
import type { Hasher } from './hasher.ts';

/** `bcrypt$$2b$12$…`. Looks at the first 72 bytes of a password only, as bcrypt does. */
export const bcrypt: Hasher = {
  name: 'bcrypt',
  async verify(password, encoded) {
    const matches = await verifyBcrypt(Buffer.from(password), encoded.slice('bcrypt$'.length));
    // A zero byte ends a password for some implementations; Python's refuses it.
    return matches && !password.includes('\0');
  },
};
