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
  return unmasked(token.slice(SECRET_LENGTH), token.slice(0, SECRET_LENGTH));
}

/** Whether two tokens (cookie and header, in either form) hold the same secret. Takes the same time wherever they differ. */
export function csrfTokensMatch(requestToken: string, cookie: string): boolean {
  const given = csrfSecret(requestToken);
  const expected = csrfSecret(cookie);
  if (given === undefined || expected === undefined) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

/** Moves each character of the text back along the alphabet, by the place of the mask's character in it. */
function unmasked(text: string, mask: string): string {
  let secret = '';
  for (let i = 0; i < text.length; i++) {
    const place = ALPHABET.indexOf(text.charAt(i)) - ALPHABET.indexOf(mask.charAt(i));
    secret += ALPHABET.charAt((place + ALPHABET.length) % ALPHABET.length);
  }
  return secret;
}
