import { pbkdf2Hasher } from './pbkdf2.ts';

/** Django's default. */
export const pbkdf2Sha256 = pbkdf2Hasher('pbkdf2_sha256', 'sha256', 32);
