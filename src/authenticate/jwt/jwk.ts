import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isMap } from '../../core/is-map.ts';
import { shown } from '../../core/shown.ts';
import {
  type Algorithm,
  algorithmsOf,
  bitsOf,
  isAlgorithm,
  LEAST_RSA_BITS,
  withSynonyms,
} from './algorithms.ts';

/** A key that verifies. */
export interface VerificationKey {
  /** Undefined where it has no name. */
  kid: string | undefined;
  algorithms: readonly Algorithm[];
  key: KeyObject;
}

/** A key of a set that can verify nothing, and why: `is a private key`. */
export interface UnusableKey {
  /** Its `kid`, or its place in the set. */
  name: string;
  reason: string;
}

/** What a JWK Set, or a single JWK, holds (RFC 7517 §5). */
export interface KeySet {
  keys: readonly VerificationKey[];
  unusable: readonly UnusableKey[];
}

/** Undefined for what is no JWK Set, nor a JWK; a set without a single key is none either. */
export function readKeySet(value: unknown): KeySet | undefined {
  if (!isMap(value)) return undefined;
  const members = Array.isArray(value.keys) ? value.keys : [value];
  const jwks = members.filter((jwk) => isMap(jwk) && typeof jwk.kty === 'string') as Jwk[];
  if (jwks.length === 0) return undefined;
  const keys: VerificationKey[] = [];
  const unusable: UnusableKey[] = [];
  for (const [index, jwk] of jwks.entries()) {
    const read = readJwk(jwk);
    if (typeof read === 'string') unusable.push({ name: nameOf(jwk, index), reason: read });
    else if (read) keys.push(read);
  }
  return { keys, unusable };
}

type Jwk = Record<string, unknown> & { kty: string };

function nameOf({ kid }: Jwk, index: number): string {
  return typeof kid === 'string' ? shown(kid) : `number ${index + 1}`;
}

/** The key, a reason why it cannot be used, or undefined for one that is not meant for signatures. */
function readJwk(jwk: Jwk): VerificationKey | string | undefined {
  const { kid, use, key_ops: operations } = jwk;
  if (use !== undefined && use !== 'sig')
    return typeof use === 'string' ? undefined : 'has a malformed "use"';
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    return 'has "key_ops" without "verify"';
  if (jwk.kty === 'oct') return 'is a shared secret, which nobody may publish';
  if (Object.hasOwn(jwk, 'd')) return 'is a private key';
  const key = publicKeyOf(jwk);
  if (!key)
    return jwk.x5c === undefined ? 'is malformed or of an unknown kind' : 'has a certificate (x5c) only';
  if (key.asymmetricKeyType === 'rsa' && bitsOf(key) < LEAST_RSA_BITS)
    return `has ${bitsOf(key)} bits; RSA needs ${LEAST_RSA_BITS} (RFC 7518 §3.3)`;
  const algorithms = algorithmsOfJwk(key, jwk.alg);
  if (algorithms.length === 0)
    return `cannot verify ${jwk.alg === undefined ? 'any algorithm' : shown(jwk.alg)}`;
  return { kid: typeof kid === 'string' ? kid : undefined, algorithms, key };
}

function publicKeyOf(jwk: Jwk): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function algorithmsOfJwk(key: KeyObject, alg: unknown): readonly Algorithm[] {
  const fitting = algorithmsOf(key);
  if (alg === undefined) return fitting;
  const named = withSynonyms(isAlgorithm(alg) ? [alg] : []);
  return fitting.filter((algorithm) => named.has(algorithm));
}
