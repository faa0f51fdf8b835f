/** Signature algorithms of RFC 7518 §3.1 and RFC 8037 that may be listed; `none` is not among them. */
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
] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/** RFC 7518 §3.2: an HMAC key is at least as long as the hash. In bytes. */
export const SECRET_BYTES: Partial<Record<Algorithm, number>> = { HS256: 32, HS384: 48, HS512: 64 };

const CURVES: Record<string, Algorithm> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/** The algorithms that a public key can verify, by its own kind (so RS and PS alike for an RSA key). */
export function algorithmsOf(kind: string | undefined, curve: string | undefined): readonly Algorithm[] {
  if (kind === 'rsa') return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
  if (kind === 'rsa-pss') return ['PS256', 'PS384', 'PS512'];
  if (kind === 'ed25519') return ['EdDSA'];
  const byCurve = kind === 'ec' ? CURVES[curve ?? ''] : undefined;
  return byCurve ? [byCurve] : [];
}
