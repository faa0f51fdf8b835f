import type { KeyObject } from 'node:crypto';

/**
 * Signature algorithms of RFC 7518 §3.1, RFC 8037 and RFC 9864 that may be listed; `none` is not among them. `EdDSA` and
 * `Ed25519` are two names of one algorithm.
 */
export const ALGORITHMS = [
  'HS256',
  'HS384',
  'HS512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

export function isAlgorithm(name: unknown): name is Algorithm {
  return ALGORITHMS.some((algorithm) => algorithm === name);
}

/**
 * RFC 7518 §3.2: an HMAC key is at least as long as the hash. In bytes. Undefined for algorithms that verify with a
 * public key.
 */
export const SECRET_BYTES: Partial<Record<Algorithm, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/** RFC 7518 §3.3. */
export const LEAST_RSA_BITS = 2048;

const CURVES: Record<string, readonly Algorithm[]> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};
const EDWARDS: readonly Algorithm[] = ['EdDSA', 'Ed25519'];

/** The algorithms that a public key can verify, by its own kind (so RS and PS alike for an RSA key). */
export function algorithmsOf({
  asymmetricKeyType: kind,
  asymmetricKeyDetails,
}: KeyObject): readonly Algorithm[] {
  if (kind === 'rsa') return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
  if (kind === 'rsa-pss') return ['PS256', 'PS384', 'PS512'];
  if (kind === 'ed25519') return EDWARDS;
  return (kind === 'ec' && CURVES[asymmetricKeyDetails?.namedCurve ?? '']) || [];
}

/** The names under which tokens may say one of these algorithms. */
export function withSynonyms(algorithms: readonly Algorithm[]): ReadonlySet<string> {
  return new Set(algorithms.flatMap((name) => (EDWARDS.includes(name) ? EDWARDS : name)));
}

export function bitsOf({ asymmetricKeyDetails }: KeyObject): number {
  return asymmetricKeyDetails?.modulusLength ?? 0;
}
