import type { Hasher } from './hasher.ts';
import { UnusableHash } from './unusable-hash.ts';

const MS_PER_ITERATION = 0.2e-3;

/** How many iterations of SHA-256 take so long. */
export function iterationsOf(ms: number): number {
  return Math.round(ms / MS_PER_ITERATION);
}

/** `name$iterations$salt$base64` */
export function pbkdf2Hasher(name: string, digest: 'sha1' | 'sha256', length: number): Hasher {
  return {
    name,
    read(encoded) {
      const [, iterations = '', salt, hash, ...rest] = encoded.split('$');
      if (!/^[1-9]\d{0,9}$/.test(iterations) || !salt || hash === undefined || rest.length > 0) {
        return new UnusableHash('malformed', `password hash is not ${name}`);
      }
      return {
        spec: { algorithm: 'pbkdf2', digest, iterations: Number(iterations), salt, length, hash },
        cost: { ms: Number(iterations) * MS_PER_ITERATION, bytes: 0 },
        bytesOf: (password) => Buffer.from(password),
      };
    },
  };
}
