import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readOptionFile } from '../core/option-file.ts';
import type { Tools } from '../core/words.ts';

export const SIGNING_ALGORITHMS = ['EdDSA', 'ES256', 'RS256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

export interface SigningKey {
  id: string;
  algorithm: SigningAlgorithm;
  private: KeyObject;
  /** The public half as it is published (RFC 7517). */
  published: JsonWebKey & { kid: string; alg: string; use: 'sig' };
}

/** A private key in PEM form, or the file that holds one; undefined after a problem was reported. */
export function readSigningKey(
  given: string,
  algorithm: SigningAlgorithm,
  path: readonly (string | number)[],
  tools: Tools,
): SigningKey | undefined {
  const pem = given.includes('-----BEGIN') ? given : readOptionFile(given, path, tools);
  if (pem === undefined) return undefined;
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    tools.report(path, 'this is not a private key in PEM form (-----BEGIN PRIVATE KEY-----)');
    return undefined;
  }
  if (!fits(key, algorithm)) {
    tools.report(path, `the key is not one for ${algorithm}: ${NEEDED[algorithm]}`);
    return undefined;
  }
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const id = thumbprint(jwk);
  return { id, algorithm, private: key, published: { ...jwk, kid: id, alg: algorithm, use: 'sig' } };
}

const NEEDED: Record<SigningAlgorithm, string> = {
  EdDSA: 'an Ed25519 key is needed (openssl genpkey -algorithm ed25519)',
  ES256: 'a P-256 key is needed (openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)',
  RS256:
    'an RSA key of 2048 bits or more is needed (openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048)',
};

function fits(
  { asymmetricKeyType: kind, asymmetricKeyDetails: details }: KeyObject,
  algorithm: SigningAlgorithm,
): boolean {
  if (algorithm === 'EdDSA') return kind === 'ed25519';
  if (algorithm === 'ES256') return kind === 'ec' && details?.namedCurve === 'prime256v1';
  return kind === 'rsa' && (details?.modulusLength ?? 0) >= 2048;
}

/** RFC 7638: the members that the kind of key requires, in order, hashed. Equal keys have equal names everywhere. */
function thumbprint({ crv, e, kty, n, x, y }: JsonWebKey): string {
  const members = Object.entries({ crv, e, kty, n, x, y }).filter(([, value]) => value !== undefined);
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest('base64url');
}
