import type { Matched } from '../core/exchange.ts';
import { type Deny, deny, type Skip, skip } from '../core/words.ts';
import { decodeLenient } from './lenient-base64.ts';

export interface Login {
  username: string;
  password: string;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const NO_HEADER = skip('no Authorization header');
const OTHER_SCHEME = skip('the Authorization header has another scheme than Basic');

/** What `Authorization: Basic …` says (RFC 7617), read and refused as DRF does. */
export function basicLogin({ headers }: Matched): Login | Deny | Skip {
  if (headers.authorization === undefined) return NO_HEADER;
  const [word = '', encoded, ...more] = headers.authorization.split(/[ \t\v\f]+/).filter(Boolean);
  if (word.toLowerCase() !== 'basic') return OTHER_SCHEME;
  if (encoded === undefined) return malformed('No credentials provided.');
  if (more.length > 0) return malformed('Credentials string should not contain spaces.');
  const bytes = decodeLenient(encoded);
  if (!bytes) return malformed('Credentials not correctly base64 encoded.');
  const text = textOf(bytes);
  const colon = text.indexOf(':');
  if (colon === -1) return { username: text, password: '' };
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** UTF-8, and Latin-1 where it is not: older browsers send that. */
function textOf(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

function malformed(what: string): Deny {
  return deny(what, `Invalid basic header. ${what}`);
}
