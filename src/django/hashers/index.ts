import { argon2 } from './argon2.ts';
import { bcrypt } from './bcrypt.ts';
import { bcryptSha256 } from './bcrypt-sha256.ts';
import type { Hasher } from './hasher.ts';
import { pbkdf2Sha1 } from './pbkdf2-sha1.ts';
import { pbkdf2Sha256 } from './pbkdf2-sha256.ts';
import { scrypt } from './scrypt.ts';
import { UnusableHash } from './unusable-hash.ts';

export { HashersBusy } from './hash-thread.ts';
export { UnusableHash, type UnusableHashReason } from './unusable-hash.ts';

/** The password hashes that are understood, in Django's own format. */
export const HASHERS: readonly Hasher[] = [pbkdf2Sha256, pbkdf2Sha1, argon2, scrypt, bcryptSha256, bcrypt];

/** Django's other algorithms: no salt, or no work at all for who guesses. */
const WEAK = new Set(['md5', 'sha1', 'unsalted_md5', 'unsalted_sha1', 'crypt']);

/** Nobody's password: what is computed where there is nothing to check, with Django 5.2's number of iterations. */
const NOBODY = 'pbkdf2_sha256$1000000$nobody$';

/**
 * Checks a password against what Django keeps in a user's `password` field.
 *
 * False for a wrong password; and for no user (undefined), an empty field or an unusable one (`!…`), after the same
 * work as for a wrong password, so that the time does not tell which users exist.
 *
 * @param like the field of some other user, whose hash costs as much as this one's would; default: Django's own default
 * @throws UnusableHash for a hash that is malformed, unknown, weak, or too expensive: nobody can log in with it
 * @throws HashersBusy when too many passwords are being checked at once
 */
export async function verify(
  password: string,
  encoded: string | undefined,
  like: string = NOBODY,
): Promise<boolean> {
  if (encoded && !encoded.startsWith('!')) return hasherOf(encoded).verify(password, encoded);
  await hasherOf(like).verify(password, like);
  return false;
}

function hasherOf(encoded: string): Hasher {
  const name = encoded.split('$', 1)[0] ?? '';
  const hasher = HASHERS.find((candidate) => candidate.name === name);
  if (hasher) return hasher;
  if (WEAK.has(name) || /^[0-9a-f]{32}$/.test(encoded))
    throw new UnusableHash('weak', 'password hash is too weak to be used');
  throw new UnusableHash('unknown', 'password hash is of an unknown algorithm');
}
