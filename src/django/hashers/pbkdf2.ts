import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { Hasher } from './hasher.ts';
import { sameText } from './same-text.ts';
import { UnusableHash } from './unusable-hash.ts';

const derive = promisify(pbkdf2);

/** Django 5.2 takes a million; ten million cost some five seconds. */
const MAX_ITERATIONS = 10_000_000;

/** `name$iterations$salt$base64`, on a thread of Node's pool. */
export function pbkdf2Hasher(name: string, digest: string, length: number): Hasher {
  return {
    name,
    async verify(password, encoded) {
      const [, iterations = '', salt, hash, ...rest] = encoded.split('$');
      if (!/^[1-9]\d{0,9}$/.test(iterations) || !salt || hash === undefined || rest.length > 0) {
        throw new UnusableHash('malformed', `password hash is no ${name}`);
      }
      if (Number(iterations) > MAX_ITERATIONS) {
        throw new UnusableHash('limit', `${name} has more than ${MAX_ITERATIONS} iterations`);
      }
      const derived = await derive(password, salt, Number(iterations), length, digest);
      return sameText(hash, derived.toString('base64'));
    },
  };
}
