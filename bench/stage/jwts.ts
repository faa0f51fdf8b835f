import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

export const ISSUER = 'bench';
export const AUDIENCE = 'shop';
const LIFETIME_S = 86_400;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes the token of a user. */
type Sign = (user: number) => string;

function signer(algorithm: string, signature: (text: string) => Buffer): Sign {
  return (user) => {
    const now = Math.floor(Date.now() / 1_000);
    const claims = { sub: String(user), iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + LIFETIME_S };
    const text = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode(claims)}`;
    return `${text}.${signature(text).toString('base64url')}`;
  };
}

export function hs256(secret: string): Sign {
  return signer('HS256', (text) => createHmac('sha256', secret).update(text).digest());
}

/** Keys of 2048 bits. */
export function rs256(): { publicKey: string; sign: Sign } {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return {
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: signer('RS256', (text) => sign('sha256', Buffer.from(text), pair.privateKey)),
  };
}

/** The same token with another signature. */
export function forged(token: string): string {
  const at = token.lastIndexOf('.') + 10;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}
