import {
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { CompactSign } from 'jose';
import t from 'tap';
import { ALGORITHMS, type Algorithm, algorithmsOf } from '../../../src/authenticate/jwt/algorithms.ts';
import { signatureFits } from '../../../src/authenticate/jwt/signature.ts';

const CURVES: Partial<Record<Algorithm, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** The private and the public half; for HMAC the secret, twice. */
function pairFor(algorithm: Algorithm): [KeyObject, KeyObject] {
  if (algorithm.startsWith('HS')) {
    const secret = createSecretKey(randomBytes(64));
    return [secret, secret];
  }
  const { privateKey } = makePair(algorithm);
  return [privateKey, createPublicKey(privateKey)];
}

function makePair(algorithm: Algorithm): { privateKey: KeyObject } {
  const namedCurve = CURVES[algorithm];
  if (namedCurve) return generateKeyPairSync('ec', { namedCurve });
  if (algorithm.startsWith('E')) return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

for (const algorithm of ALGORITHMS) {
  t.test(`${algorithm}: what another library signs is verified, and nothing else`, async (t) => {
    const [by, key] = pairFor(algorithm);
    const [, stranger] = pairFor(algorithm);
    const jws = await new CompactSign(Buffer.from('{"sub":"7"}'))
      .setProtectedHeader({ alg: algorithm })
      .sign(by);
    const [header, payload, encoded = ''] = jws.split('.');
    const signed = `${header}.${payload}`;
    const signature = Buffer.from(encoded, 'base64url');
    t.equal(await signatureFits(algorithm, key, signed, signature), true);
    t.equal(await signatureFits(algorithm, stranger, signed, signature), false, 'another key');
    t.equal(await signatureFits(algorithm, key, `${signed}x`, signature), false, 'another text');
    for (let bit = 0; bit < 24; bit++) {
      const flipped = Buffer.from(signature);
      const at = Math.floor((bit * (signature.length - 1)) / 23);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit % 8));
      t.equal(await signatureFits(algorithm, key, signed, flipped), false, `byte ${at}`);
    }
    for (const length of [0, 1, signature.length - 1, signature.length + 1, 2 * signature.length])
      t.equal(
        await signatureFits(algorithm, key, signed, Buffer.alloc(length, signature)),
        false,
        `${length} bytes`,
      );
    t.equal(await signatureFits(algorithm, key, signed, Buffer.alloc(signature.length)), false, 'zeros');
    if (!algorithm.startsWith('HS')) t.ok(algorithmsOf(key).includes(algorithm));
  });
}
