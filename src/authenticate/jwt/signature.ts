import { constants, createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import type { Maybe } from '../../core/maybe.ts';
import type { Algorithm } from './algorithms.ts';

const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};

/**
 * Whether `signature` is the algorithm's over `signed` (RFC 7515 §5.2). The key must be of the algorithm's kind.
 *
 * HMAC and RSA take microseconds and are done at once. Elliptic curves take up to a millisecond and more, so they are done
 * on other threads.
 */
export function signatureFits(
  algorithm: Algorithm,
  key: KeyObject,
  signed: string,
  signature: Buffer,
): Maybe<boolean> {
  const data = Buffer.from(signed, 'latin1');
  const family = algorithm.slice(0, 2);
  const hash = `sha${algorithm.slice(2)}`;
  switch (family) {
    case 'HS': {
      const expected = createHmac(hash, key).update(data).digest();
      return expected.length === signature.length && timingSafeEqual(expected, signature);
    }
    case 'RS':
      return verify(hash, data, key, signature);
    case 'PS':
      return verify(hash, data, { key, ...PSS }, signature);
    case 'ES':
      return elsewhere(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature);
    default:
      return elsewhere(null, data, { key }, signature);
  }
}

function elsewhere(
  hash: string | null,
  data: Buffer,
  key: { key: KeyObject; dsaEncoding?: 'ieee-p1363' },
  signature: Buffer,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(hash, data, key, signature, (error, fits) => (error ? reject(error) : resolve(fits)));
  });
}
