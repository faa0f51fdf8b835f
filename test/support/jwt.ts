import {
  constants,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign as signBytes,
} from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';

export type Algorithm = 'HS256' | 'HS384' | 'HS512' | 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

export interface Key {
  algorithm: Algorithm;
  kid: string;
  /** Signs; for HS algorithms the secret. */
  private: KeyObject;
  /** Verifies; for HS algorithms the secret. */
  public: KeyObject;
  /** SPKI and PKCS 8; empty for HS algorithms. */
  publicPem: string;
  privatePem: string;
  /** Random bytes of the hash's length; empty for the others. */
  secret: Buffer;
  /** Public (for HS: the secret), with kid, alg and use. */
  jwk: JsonWebKey;
  privateJwk: JsonWebKey;
}

const keys = new Map<string, Key>();

/** The key of that name, made when first asked for and the same ever after in this process. */
export function key(algorithm: Algorithm, kid = `${algorithm.toLowerCase()}-1`): Key {
  const known = keys.get(`${algorithm} ${kid}`);
  if (known) return known;
  const made = algorithm.startsWith('HS') ? makeSecret(algorithm, kid) : makePair(algorithm, kid);
  keys.set(`${algorithm} ${kid}`, made);
  return made;
}

function makeSecret(algorithm: Algorithm, kid: string): Key {
  return sharedSecret(randomBytes(Number(algorithm.slice(2)) / 8), algorithm, kid);
}

/** A secret of the test's own, such as one that a YAML file can hold. */
export function sharedSecret(given: string | Buffer, algorithm: Algorithm = 'HS256', kid = 'shared'): Key {
  const secret = Buffer.from(given as string);
  const object = createSecretKey(secret);
  const jwk = { ...object.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
  const both = { private: object, public: object, jwk, privateJwk: jwk };
  return { algorithm, kid, ...both, publicPem: '', privatePem: '', secret };
}

function makePair(algorithm: Algorithm, kid: string): Key {
  const { privateKey } = generatePair(algorithm);
  const publicKey = createPublicKey(privateKey);
  const marks = { kid, alg: algorithm, use: 'sig' };
  return {
    algorithm,
    kid,
    private: privateKey,
    public: publicKey,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    secret: Buffer.alloc(0),
    jwk: { ...publicKey.export({ format: 'jwk' }), ...marks },
    privateJwk: { ...privateKey.export({ format: 'jwk' }), ...marks },
  };
}

function generatePair(algorithm: Algorithm): { privateKey: KeyObject } {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** A key set as an issuer publishes it: public halves only. */
export function jwks(...published: readonly Key[]): { keys: JsonWebKey[] } {
  return { keys: published.map((each) => each.jwk) };
}

export interface MintOptions {
  /** More header members; undefined removes one. */
  header?: Record<string, unknown>;
  /** Seconds from now; default 300; null leaves `exp` out. */
  expiresIn?: number | null;
  /** Seconds since the epoch, for a clock of the test's own; default this moment. */
  now?: number;
}

/** A sound token: `iat` now, `exp` in five minutes, unless the claims say otherwise. */
export async function mint(by: Key, claims: JWTPayload = {}, options: MintOptions = {}): Promise<string> {
  const { header = {}, expiresIn = 300, now = Math.floor(Date.now() / 1000) } = options;
  const payload = { iat: now, ...(expiresIn !== null && { exp: now + expiresIn }), ...claims };
  const all = { typ: 'JWT', kid: by.kid, ...header, alg: by.algorithm };
  return new SignJWT(payload).setProtectedHeader(all).sign(by.private);
}

const hashes = { 256: 'sha256', 384: 'sha384', 512: 'sha512' } as const;
const hashOf = (algorithm: Algorithm): string => hashes[algorithm.slice(2) as '256'] ?? hashes[256];

/** The signature that an algorithm makes with a key, whether or not the two belong together. */
export function sign(
  algorithm: Algorithm,
  input: string | Buffer,
  by: KeyObject | Buffer | string,
  encoding: 'ieee-p1363' | 'der' = 'ieee-p1363',
): Buffer {
  const data = Buffer.from(input);
  if (algorithm.startsWith('HS')) return createHmac(hashOf(algorithm), by).update(data).digest();
  if (algorithm === 'EdDSA') return signBytes(null, data, by as KeyObject);
  const key = by as KeyObject;
  if (algorithm === 'ES256') return signBytes('sha256', data, { key, dsaEncoding: encoding });
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return signBytes(hashOf(algorithm), data, algorithm.startsWith('PS') ? { key, ...pss } : key);
}

export interface Forgery {
  /** JSON text or bytes as they are; anything else is made JSON. */
  header: unknown;
  payload: unknown;
  /** Base64url text as it is, or bytes; by default the right signature over the two parts by `by`. */
  signature?: string | Buffer;
  by?: Key;
}

/** A token put together by hand: nothing is checked, so that everything can be wrong. */
export function forge(forgery: Forgery): string {
  const input = `${encode(forgery.header)}.${encode(forgery.payload)}`;
  const { by, signature = by ? sign(by.algorithm, input, by.private) : '' } = forgery;
  return `${input}.${typeof signature === 'string' ? signature : signature.toString('base64url')}`;
}

function encode(part: unknown): string {
  const bytes = typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part);
  return Buffer.from(bytes as string).toString('base64url');
}
