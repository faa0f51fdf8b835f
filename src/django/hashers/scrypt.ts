import { scrypt as nodeScrypt, type ScryptOptions } from 'node:crypto';
import type { Hasher } from './hasher.ts';
import { sameText } from './same-text.ts';
import { UnusableHash } from './unusable-hash.ts';

const LENGTH = 64;

/** Bytes that one check may take; Django's setting takes 16 MiB. */
const MAX_MEMORY = 256 << 20;

/** N times r times p: twelve times what Django takes at most, some two seconds. */
const MAX_WORK = 1 << 23;

/**
 * `scrypt$N$salt$r$p$base64` (Django 4.0 and later), on a thread of Node's pool. `scrypt$salt$N$r$p$base64` is read too:
 * other software writes it, and the two cannot be confused unless the salt is the same number.
 */
export const scrypt: Hasher = {
  name: 'scrypt',
  async verify(password, encoded) {
    const { salt, hash, N, r, p } = parse(encoded);
    const memory = 128 * N * r;
    if (memory > MAX_MEMORY || N * r * p > MAX_WORK)
      throw new UnusableHash('limit', 'scrypt takes too much work');
    const derived = await derive(password, salt, { N, r, p, maxmem: 2 * memory + 256 * r * p + 1024 });
    return sameText(hash, derived.toString('base64'));
  },
};

function parse(encoded: string) {
  const [, first = '', second = '', r = '', p = '', hash = '', ...rest] = encoded.split('$');
  const [work, salt] = isNumber(first) ? [first, second] : [second, first];
  const N = Number(work);
  const powerOfTwo = N > 1 && Number.isInteger(Math.log2(N));
  if (!isNumber(work) || !powerOfTwo || !salt || !isNumber(r) || !isNumber(p) || !hash || rest.length > 0) {
    throw new UnusableHash('malformed', 'password hash is no scrypt');
  }
  return { salt, hash, N, r: Number(r), p: Number(p) };
}

function isNumber(text: string): boolean {
  return /^[1-9]\d{0,9}$/.test(text);
}

function derive(password: string, salt: string, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    nodeScrypt(password, salt, LENGTH, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
