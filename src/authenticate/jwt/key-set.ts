import type { JSONWebKeySet } from 'jose';

/**
 * The public keys of a JWK Set, or of a single JWK (RFC 7517 §5). Symmetric keys are left out: a published
 * secret is none.
 *
 * @throws Error when there is no public key
 */
export function readKeySet(value: unknown): JSONWebKeySet {
  const set = value as Partial<JSONWebKeySet> & Record<string, unknown>;
  const keys = (Array.isArray(set.keys) ? set.keys : [set]).filter(
    (key) => key !== null && typeof key === 'object' && typeof key.kty === 'string' && key.kty !== 'oct',
  );
  if (keys.length === 0) throw new Error('no public key');
  return { keys: keys as JSONWebKeySet['keys'] };
}
