import { createHmac } from 'node:crypto';

/** An access token as PyJWT writes one: simplejwt, too, encodes it letter by letter like this. */
export function compact(claims: object, key: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** A text as Python pickles it (protocol 2). */
export function pickledText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.from('\x80\x02X', 'latin1'), length, bytes, Buffer.from('q\x00.', 'latin1')]);
}
