import { isUtf8 } from 'node:buffer';
import Type from 'typebox';
import { cookiesOf } from '../core/cookies.ts';
import type { Exchange } from '../core/exchange.ts';
import { decodeForm } from '../core/form.ts';
import type { Credential } from '../core/identity.ts';
import { Unauthorized } from '../core/words.ts';

/** Where a credential stands; the options that every bearer-like authenticator shares. */
export const placeOptions = {
  in: Type.Optional(
    Type.Union([Type.Literal('header'), Type.Literal('query'), Type.Literal('cookie')], {
      description: 'Where the credential stands. Default: header.',
    }),
  ),
  name: Type.Optional(
    Type.String({
      minLength: 1,
      pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
      patternErrorMessage: 'a name is one word: letters, digits and "-" are safe, spaces are not',
      description:
        'The name of the header, query parameter or cookie. Default: Authorization for a header, else `token`.',
    }),
  ),
  scheme: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
      patternErrorMessage: 'a name is one word: letters, digits and "-" are safe, spaces are not',
      description:
        'The word before the credential in the header. A header other than Authorization has none by default.',
    }),
  ),
};

export interface Place {
  in: 'header' | 'query' | 'cookie';
  name: string;
  scheme: string | undefined;
  /** The scheme is compared letter by letter. */
  exact?: boolean;
}

interface PlaceOptions {
  in?: 'header' | 'query' | 'cookie';
  name?: string;
  scheme?: string;
}

/** The place that the options name, with the defaults of the field. */
export function placeOf(options: PlaceOptions, defaultScheme: string): Place {
  const where = options.in ?? 'header';
  const name = options.name ?? (where === 'header' ? 'authorization' : 'token');
  const isAuthorization = where === 'header' && name.toLowerCase() === 'authorization';
  return {
    in: where,
    name: where === 'header' ? name.toLowerCase() : name,
    scheme: options.scheme ?? (isAuthorization ? defaultScheme : undefined),
  };
}

/** The credential as text, undefined when none stands there, Unauthorized when it cannot be one. */
export function findCredential(
  exchange: Exchange,
  place: Place,
  malformed: Malformed = drfMalformed,
): string | Unauthorized | undefined {
  if (place.in === 'header') return fromHeader(exchange, place, malformed);
  const values =
    place.in === 'query'
      ? queryValues(exchange.target.query, place.name)
      : cookieValues(exchange, place.name);
  if (values.length > 1) return new Unauthorized(`more than one ${place.in} ${place.name}`);
  const [value] = values;
  return value === '' ? new Unauthorized(`${place.in} ${place.name} is empty`) : value;
}

export function credentialAt(place: Place): Credential {
  return { in: place.in, name: place.name };
}

/** What is wrong with a header that names the scheme. */
export type Malformation =
  | 'nothing after the scheme'
  | 'spaces in the credential'
  | 'bytes that are not UTF-8';
export type Malformed = (reason: Malformation) => Unauthorized;

/** The texts of DRF's TokenAuthentication. */
const DRF_TEXTS: Readonly<Record<Malformation, string>> = {
  'nothing after the scheme': 'Invalid token header. No credentials provided.',
  'spaces in the credential': 'Invalid token header. Token string should not contain spaces.',
  'bytes that are not UTF-8': 'Invalid token header. Token string should not contain invalid characters.',
};

function drfMalformed(reason: Malformation): Unauthorized {
  return new Unauthorized(reason, DRF_TEXTS[reason]);
}

/** RFC 9110 §11.4: a scheme, white space, the credential. The scheme's letter case matters only where it is `exact`. */
function fromHeader(
  exchange: Exchange,
  { name, scheme, exact }: Place,
  malformed: Malformed,
): string | Unauthorized | undefined {
  const value = exchange.headers[name];
  if (typeof value !== 'string') return undefined;
  if (scheme === undefined) return value === '' ? new Unauthorized(`header ${name} is empty`) : value;
  const [word = '', credential, ...more] = value.split(/[ \t\v\f]+/).filter(Boolean);
  if (exact ? word !== scheme : word.toLowerCase() !== scheme.toLowerCase()) return undefined;
  if (credential === undefined) return malformed('nothing after the scheme');
  if (more.length > 0) return malformed('spaces in the credential');
  return isUtf8(Buffer.from(credential, 'latin1')) ? credential : malformed('bytes that are not UTF-8');
}

/** Every value of a query parameter, decoded as an HTML form encodes it; undecodable ones as they stand. */
export function queryValues(query: string, name: string): string[] {
  if (query.length < 2) return [];
  return query
    .slice(1)
    .split('&')
    .map((pair) => /^([^=]*)=?(.*)$/.exec(pair)?.slice(1).map(decodeForm))
    .filter((parts) => parts?.[0] === name)
    .map((parts) => parts?.[1] ?? '');
}

/** Every value of a cookie (RFC 6265 §5.4), without the quotes around it. */
export function cookieValues(exchange: Exchange, name: string): string[] {
  const header = exchange.headers.cookie;
  if (!header) return [];
  return cookiesOf(header)
    .filter((cookie) => cookie.name === name)
    .map(({ value }) => value.replace(/^"(.*)"$/, '$1'));
}
