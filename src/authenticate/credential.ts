import { isUtf8 } from 'node:buffer';
import Type from 'typebox';
import { cookiesOf } from '../core/cookies.ts';
import type { Matched } from '../core/exchange.ts';
import { decodeForm } from '../core/form.ts';
import type { Credential } from '../core/identity.ts';
import { type Deny, deny, type Skip, skip } from '../core/words.ts';

/** A token of RFC 9110: what headers and cookies can be called. */
export const CREDENTIAL_NAME = {
  pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
  patternErrorMessage: 'a name is one word: letters, digits, ".", "-" and "_" are safe, spaces are not',
};

/** Where a credential stands; the options that every bearer-like authenticator shares. */
export const placeOptions = {
  in: Type.Optional(
    Type.Union([Type.Literal('header'), Type.Literal('query'), Type.Literal('cookie')], {
      description: 'Where the credential stands. Default: header.',
    }),
  ),
  name: Type.Optional(
    Type.String({
      ...CREDENTIAL_NAME,
      minLength: 1,
      description:
        'The name of the header, query parameter or cookie. Default: Authorization for a header, else `token`.',
    }),
  ),
  scheme: Type.Optional(
    Type.String({
      ...CREDENTIAL_NAME,
      description:
        'The word before the credential in the header. A header other than Authorization has none by default.',
    }),
  ),
};

/** Where a credential is looked for. */
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

/** The credential as text; Skip when there is none, Deny when it is malformed. */
export function findCredential(
  exchange: Matched,
  place: Place,
  malformed: Malformed = drfMalformed,
): string | Skip | Deny {
  if (place.in === 'header') return fromHeader(exchange, place, malformed);
  const values =
    place.in === 'query'
      ? queryValues(exchange.target.query, place.name)
      : cookieValues(exchange, place.name);
  const [value] = values;
  if (value === undefined) return skip(`no ${NAMES[place.in]} ${place.name}`);
  if (values.length > 1) return deny(`more than one ${NAMES[place.in]} ${place.name}`);
  return value === '' ? deny(`${NAMES[place.in]} ${place.name} is empty`) : value;
}

const NAMES = { header: 'header', query: 'query parameter', cookie: 'cookie' } as const;

/** The header that caches must be told about; those of Authorization know (RFC 9111 §3.5), and a query is in the URL. */
export function variesBy(place: Place): string | undefined {
  if (place.in === 'cookie') return 'Cookie';
  return place.in === 'header' && place.name !== 'authorization' ? place.name : undefined;
}

export function credentialAt(place: Place): Credential {
  return { in: place.in, name: place.name };
}

/** What is wrong with a header that names the scheme. */
export type Malformation =
  | 'nothing after the scheme'
  | 'spaces in the credential'
  | 'bytes that are not UTF-8';
export type Malformed = (reason: Malformation) => Deny;

/** The texts of DRF's TokenAuthentication. */
const DRF_TEXTS: Readonly<Record<Malformation, string>> = {
  'nothing after the scheme': 'Invalid token header. No credentials provided.',
  'spaces in the credential': 'Invalid token header. Token string should not contain spaces.',
  'bytes that are not UTF-8': 'Invalid token header. Token string should not contain invalid characters.',
};

function drfMalformed(reason: Malformation): Deny {
  return deny(reason, DRF_TEXTS[reason]);
}

/** RFC 9110 §11.4: a scheme, white space, the credential. The scheme's letter case matters only where it is `exact`. */
function fromHeader(
  exchange: Matched,
  { name, scheme, exact }: Place,
  malformed: Malformed,
): string | Skip | Deny {
  const value = exchange.headers[name];
  if (value === undefined) return skip(`no header ${name}`);
  if (scheme === undefined) return value === '' ? deny(`header ${name} is empty`) : value;
  const [word = '', credential, ...more] = value.split(/[ \t\v\f]+/).filter(Boolean);
  if (exact ? word !== scheme : word.toLowerCase() !== scheme.toLowerCase())
    return skip(`header ${name} has another scheme than ${scheme}`);
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
export function cookieValues(exchange: Matched, name: string): string[] {
  const header = exchange.headers.cookie;
  if (!header) return [];
  return cookiesOf(header)
    .filter((cookie) => cookie.name === name)
    .map(({ value }) => value.replace(/^"(.*)"$/, '$1'));
}
