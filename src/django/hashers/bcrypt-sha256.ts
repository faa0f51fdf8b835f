import { createHash } from 'node:crypto';
import { readBcrypt } from './bcrypt-hash.ts';
import type { Hasher } from './hasher.ts';

/** `bcrypt_sha256$$2b$12$…`: bcrypt over the hex SHA-256 of the password, so that all of it counts. */
export const bcryptSha256: Hasher = {
  name: 'bcrypt_sha256',
  read(encoded) {
    return readBcrypt(encoded.slice('bcrypt_sha256$'.length), (password) =>
      Buffer.from(createHash('sha256').update(password).digest('hex')),
    );
  },
};
