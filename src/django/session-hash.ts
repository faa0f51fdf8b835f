import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const SALT = 'django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash';

/** `sha256` since Django 3.1; `sha1` before, and still accepted by 3.1 and 3.2. */
export type SessionHashAlgorithm = 'sha256' | 'sha1';

/**
 * The `_auth_user_hash` that Django puts into a session: HMAC over the user's `password` field, its key being the
 * hash of a fixed salt and `SECRET_KEY` (`django.utils.crypto.salted_hmac`).
 *
 * @param password the field as stored, such as `pbkdf2_sha256$…`, not what the user types
 * @returns lower-case hex, 64 characters for sha256, 40 for sha1
 */
export function sessionHash(
  password: string,
  secretKey: string,
  algorithm: SessionHashAlgorithm = 'sha256',
): string {
  const key = createHash(algorithm).update(SALT).update(secretKey).digest();
  return createHmac(algorithm, key).update(password).digest('hex');
}

/** Against what a session's hash is checked. */
export interface SessionHashCheck {
  /** The user's `password` field as stored. */
  password: string;
  /** `SECRET_KEY`, then `SECRET_KEY_FALLBACKS` (Django 4.1). */
  secretKeys: readonly string[];
  /** Accepts the SHA-1 form too, as Django 3.1 and 3.2 do. Default false. */
  sha1?: boolean;
}

/** Whether a session was made for this password, under any of the keys. Takes the same time wherever they differ. */
export function sessionHashMatches(
  stored: string,
  { password, secretKeys, sha1 = false }: SessionHashCheck,
): boolean {
  const algorithms: SessionHashAlgorithm[] = sha1 ? ['sha256', 'sha1'] : ['sha256'];
  let matches = false;
  for (const secretKey of secretKeys) {
    for (const algorithm of algorithms) {
      if (sameText(stored, sessionHash(password, secretKey, algorithm))) matches = true;
    }
  }
  return matches;
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
