import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { readOptionFile } from '../../core/option-file.ts';
import { parseSourceUrl } from '../../core/source-url.ts';
import type { Tools } from '../../core/words.ts';
import { type Algorithm, algorithmsOf, SECRET_BYTES } from './algorithms.ts';
import { readKeySet } from './key-set.ts';
import { RemoteKeys } from './remote-keys.ts';

/** What `jose` verifies with: one key, or a function that picks by the token's header. */
export type Keys = KeyObject | JWTVerifyGetKey;

interface KeyOptions {
  algorithms: readonly Algorithm[];
  secret?: string;
  key?: string;
  jwks?: string;
}

/** The keys that the options name, or undefined after a problem was reported. */
export function keysOf(options: KeyOptions, tools: Tools): Keys | undefined {
  const given = (['secret', 'key', 'jwks'] as const).filter((name) => options[name] !== undefined);
  if (given.length !== 1) {
    tools.report(
      [],
      `give one of "secret", "key" and "jwks", not ${given.length === 0 ? 'none' : given.join(' and ')}`,
    );
    return undefined;
  }
  if (options.secret !== undefined) return secretKey(options.secret, options.algorithms, tools);
  if (options.key !== undefined) return publicKey(options.key, options.algorithms, tools);
  return keySet(options.jwks ?? '', options.algorithms, tools);
}

function secretKey(secret: string, algorithms: readonly Algorithm[], tools: Tools): KeyObject | undefined {
  const bytes = Buffer.from(secret);
  for (const algorithm of algorithms) {
    const least = SECRET_BYTES[algorithm];
    if (least === undefined) {
      tools.report(
        ['algorithms'],
        `${algorithm} verifies with a public key ("key" or "jwks"), not with a secret`,
      );
      return undefined;
    }
    if (bytes.length < least) {
      tools.report(
        ['secret'],
        `the secret has ${bytes.length} bytes; ${algorithm} needs at least ${least} (RFC 7518 §3.2)`,
      );
      return undefined;
    }
  }
  return createSecretKey(bytes);
}

function publicKey(given: string, algorithms: readonly Algorithm[], tools: Tools): KeyObject | undefined {
  const pem = given.includes('-----BEGIN') ? given : readOptionFile(given, ['key'], tools);
  if (pem === undefined) return undefined;
  if (pem.includes('PRIVATE KEY-----')) {
    tools.report(['key'], 'this is a private key; Postern verifies and needs the public one');
    return undefined;
  }
  try {
    const key = createPublicKey(pem);
    const fits = algorithmsOf(key.asymmetricKeyType, key.asymmetricKeyDetails?.namedCurve);
    const misfit = algorithms.find((algorithm) => !fits.includes(algorithm));
    if (misfit)
      tools.report(
        ['algorithms'],
        `${misfit} does not fit the key, which is for ${fits.join(', ') || 'none that is known'}`,
      );
    if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
      tools.report(['key'], 'the RSA key is shorter than 2048 bits (RFC 7518 §3.3)');
    }
    return key;
  } catch {
    tools.report(['key'], 'this is not a public key in PEM form (-----BEGIN PUBLIC KEY-----)');
    return undefined;
  }
}

function keySet(given: string, algorithms: readonly Algorithm[], tools: Tools): Keys | undefined {
  const symmetric = algorithms.find((algorithm) => SECRET_BYTES[algorithm] !== undefined);
  if (symmetric) {
    tools.report(['algorithms'], `${symmetric} verifies with a "secret", not with a published key set`);
    return undefined;
  }
  if (/^https?:\/\//i.test(given)) return remoteKeySet(given, tools);
  const text = readOptionFile(given, ['jwks'], tools);
  if (text === undefined) return undefined;
  try {
    return createLocalJWKSet(readKeySet(JSON.parse(text)));
  } catch {
    tools.report(['jwks'], `${given} is neither a JWK nor a JWK Set with public keys`);
    return undefined;
  }
}

function remoteKeySet(given: string, tools: Tools): Keys | undefined {
  const url = parseSourceUrl(given);
  if (typeof url === 'string') {
    tools.report(['jwks'], url);
    return undefined;
  }
  const remote = tools.keep('key set', given, () => new RemoteKeys(url, tools));
  return (header, token) => remote.pick(header, token);
}
