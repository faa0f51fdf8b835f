import type { Hasher } from './hasher.ts';
import { UnusableHash } from './unusable-hash.ts';

const MS_PER_BLOCK = 0.27e-3;

/** Blocks that the work before and after the mixing takes, for each of r times p. */
const BLOCKS_AROUND = 4;

/**
 * `scrypt$N$salt$r$p$base64` (Django 4.0 and later). `scrypt$salt$N$r$p$base64` is read too: other software writes it,
 * and the two cannot be confused unless the salt is the same number.
 */
export const scrypt: Hasher = {
  name: 'scrypt',
  read(encoded) {
    const [, first = '', second = '', r = '', p = '', hash = '', ...rest] = encoded.split('$');
    const [work, salt] = isNumber(first) ? [first, second] : [second, first];
    const [N, blockSize, lanes] = [Number(work), Number(r), Number(p)];
    const powerOfTwo = N > 1 && Number.isInteger(Math.log2(N));
    if (!isNumber(work) || !powerOfTwo || !salt || !isNumber(r) || !isNumber(p) || !hash || rest.length > 0) {
      return new UnusableHash('malformed', 'password hash is not scrypt');
    }
    return {
      spec: { algorithm: 'scrypt', N, r: blockSize, p: lanes, salt, hash },
      cost: {
        ms: blockSize * lanes * (N + BLOCKS_AROUND) * MS_PER_BLOCK,
        bytes: 128 * blockSize * (N + lanes),
      },
      bytesOf: (password) => Buffer.from(password),
    };
  },
};

function isNumber(text: string): boolean {
  return /^[1-9]\d{0,9}$/.test(text);
}
