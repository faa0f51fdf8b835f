import { timingSafeEqual } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const SECRET_LENGTH = 32;
const SECRET = /^[a-zA-Z0-9]{32}$/;
const TOKEN = /^[a-zA-Z0-9]{64}$/;

/**
 * The secret in a CSRF token of Django's: the second half of 64 characters, with the first half as its mask, or 32
 * characters as they are. Undefined for anything else, which Django would replace by a new random token.
 */
export function csrfSecret(token: string): string | undefined {
  if (SECRET.test(token)) return token;
  if (!TOKEN.test(token)) return undefined;
  return combine(token.slice(SECRET_LENGTH), token.slice(0, SECRET_LENGTH), -1);
}

/**
 * A token of 64 characters for a secret.
 *
 * @param secret 32 letters and digits
 * @param mask 32 letters and digits, random, new for each token
 */
export function csrfToken(secret: string, mask: string): string {
  if (!SECRET.test(secret) || !SECRET.test(mask))
    throw new TypeError('secret and mask are 32 letters and digits each');
  return mask + combine(secret, mask, 1);
}

/** Whether two tokens (cookie and header, in either form) hold the same secret. Takes the same time wherever they differ. */
export function csrfTokensMatch(requestToken: string, cookie: string): boolean {
  const given = csrfSecret(requestToken);
  const expected = csrfSecret(cookie);
  if (given === undefined || expected === undefined) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

/** Moves each character of the text along the alphabet, by the place of the mask's character in it. */
function combine(text: string, mask: string, direction: 1 | -1): string {
  let moved = '';
  for (let i = 0; i < text.length; i++) {
    const place = ALPHABET.indexOf(text.charAt(i)) + direction * ALPHABET.indexOf(mask.charAt(i));
    moved += ALPHABET.charAt((place + ALPHABET.length) % ALPHABET.length);
  }
  return moved;
}
