import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { readOptionFile } from '../../core/option-file.ts';
import { parseSourceUrl } from '../../core/source-url.ts';
import type { Tools } from '../../core/words.ts';
import { type Algorithm, algorithmsOf, bitsOf, LEAST_RSA_BITS, SECRET_BYTES } from './algorithms.ts';
import { readKeySet, type VerificationKey } from './jwk.ts';
import { fittingKeys, type KeySource } from './key-source.ts';
import { RemoteKeys } from './remote-keys.ts';

interface KeyOptions {
  algorithms: readonly Algorithm[];
  secret?: string | readonly string[];
  key?: string;
  jwks?: string;
}

/** Bytes below which a secret can be guessed, whatever the hash. */
const LEAST_SECRET = 32;

/** Where the keys are that the options name, or undefined after a problem was reported. */
export function keysOf(options: KeyOptions, tools: Tools): KeySource | undefined {
  const given = (['secret', 'key', 'jwks'] as const).filter((name) => options[name] !== undefined);
  if (given.length !== 1) {
    tools.report(
      [],
      `give one of "secret", "key" and "jwks", not ${given.length === 0 ? 'none' : given.join(' and ')}`,
    );
    return undefined;
  }
  const { secret, key, jwks = '', algorithms } = options;
  if (secret === undefined && key === undefined) return keySet(jwks, algorithms, tools);
  const keys =
    secret === undefined ? publicKey(key ?? '', algorithms, tools) : secrets(secret, algorithms, tools);
  return keys && local(keys);
}

function local(keys: readonly VerificationKey[]): KeySource {
  return { find: (choice) => fittingKeys(keys, choice) };
}

/** One secret, or several while a new one takes the place of an old one. */
function secrets(
  given: string | readonly string[],
  algorithms: readonly Algorithm[],
  tools: Tools,
): VerificationKey[] | undefined {
  const asymmetric = algorithms.find((algorithm) => SECRET_BYTES[algorithm] === undefined);
  if (asymmetric) {
    tools.report(
      ['algorithms'],
      `${asymmetric} verifies with a public key ("key" or "jwks"), not with a secret`,
    );
    return undefined;
  }
  const all = typeof given === 'string' ? [given] : given;
  return all.map((text, index) => {
    const bytes = Buffer.from(text);
    const at = typeof given === 'string' ? ['secret'] : ['secret', index];
    const [algorithm = 'HS256', wanted = 0] = longestOf(algorithms);
    const has = `the secret has ${bytes.length} bytes`;
    if (bytes.length < LEAST_SECRET)
      tools.report(at, `${has}; ${algorithms[0]} needs at least ${LEAST_SECRET} (RFC 7518 §3.2)`);
    else if (bytes.length < wanted)
      tools.warn?.(at, `${has}; ${algorithm} should have ${wanted} or more (RFC 7518 §3.2)`);
    return { kid: undefined, algorithms, key: createSecretKey(bytes) };
  });
}

/** The algorithm with the longest hash, and the bytes that its secret should have. */
function longestOf(algorithms: readonly Algorithm[]): [Algorithm, number] {
  const lengths = algorithms.map((name): [Algorithm, number] => [name, SECRET_BYTES[name] ?? 0]);
  return lengths.reduce((longest, one) => (one[1] > longest[1] ? one : longest));
}

function publicKey(
  given: string,
  algorithms: readonly Algorithm[],
  tools: Tools,
): VerificationKey[] | undefined {
  const pem = given.includes('-----BEGIN') ? given : readOptionFile(given, ['key'], tools);
  if (pem === undefined) return undefined;
  if (pem.includes('PRIVATE KEY-----')) {
    tools.report(['key'], 'this is a private key; Postern verifies and needs the public one');
    return undefined;
  }
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    tools.report(['key'], 'this is not a public key in PEM form (-----BEGIN PUBLIC KEY-----)');
    return undefined;
  }
  const fits = algorithmsOf(key);
  const misfit = algorithms.find((algorithm) => !fits.includes(algorithm));
  if (misfit)
    tools.report(
      ['algorithms'],
      `${misfit} does not fit the key, which is for ${fits.join(', ') || 'none that is known'}`,
    );
  if (key.asymmetricKeyType === 'rsa' && bitsOf(key) < LEAST_RSA_BITS)
    tools.report(['key'], `the RSA key is shorter than ${LEAST_RSA_BITS} bits (RFC 7518 §3.3)`);
  return [{ kid: undefined, algorithms: fits, key }];
}

function keySet(given: string, algorithms: readonly Algorithm[], tools: Tools): KeySource | undefined {
  const symmetric = algorithms.find((algorithm) => SECRET_BYTES[algorithm] !== undefined);
  if (symmetric) {
    tools.report(['algorithms'], `${symmetric} verifies with a "secret", not with a published key set`);
    return undefined;
  }
  if (/^https?:\/\//i.test(given)) return remoteKeySet(given, tools);
  const text = readOptionFile(given, ['jwks'], tools);
  return text === undefined ? undefined : localKeySet(given, text, algorithms, tools);
}

/** A key that cannot be used is an error here, where the operator can take it out. */
function localKeySet(
  file: string,
  text: string,
  algorithms: readonly Algorithm[],
  tools: Tools,
): KeySource | undefined {
  const set = readKeySet(parsed(text));
  if (!set) {
    tools.report(['jwks'], `${file} is neither a JWK nor a JWK Set with public keys`);
    return undefined;
  }
  for (const { name, reason } of set.unusable) tools.report(['jwks'], `${file}: key ${name} ${reason}`);
  const fits = algorithms.some((name) => set.keys.some((key) => key.algorithms.includes(name)));
  if (!fits && set.unusable.length === 0)
    tools.report(['jwks'], `${file} has no key for ${algorithms.join(' or ')}`);
  return local(set.keys);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function remoteKeySet(given: string, tools: Tools): KeySource | undefined {
  const url = parseSourceUrl(given);
  if (typeof url === 'string') {
    tools.report(['jwks'], url);
    return undefined;
  }
  return tools.keep('key set', given, () => new RemoteKeys(url, tools));
}
