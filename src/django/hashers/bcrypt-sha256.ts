import { createHash } from 'node:crypto';
import { verifyBcrypt } from './bcrypt-hash.ts';
import type { Hasher } from './hasher.ts';

/** `bcrypt_sha256$$2b$12$…`: bcrypt over the hex SHA-256 of the password, so that all of it counts. */
export const bcryptSha256: Hasher = {
  name: 'bcrypt_sha256',
  async verify(password, encoded) {
    const digest = createHash('sha256').update(password).digest('hex');
    return verifyBcrypt(Buffer.from(digest), encoded.slice('bcrypt_sha256$'.length));
  },
};
