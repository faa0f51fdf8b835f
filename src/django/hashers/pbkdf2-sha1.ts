import { pbkdf2Hasher } from './pbkdf2.ts';

/** Not Django's best, but salted and stretched, and on by default there. */
export const pbkdf2Sha1 = pbkdf2Hasher('pbkdf2_sha1', 'sha1', 20);
