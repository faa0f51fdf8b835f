import { createHash } from 'node:crypto';
import { addressKey } from '../core/address.ts';
import type { Matched } from '../core/exchange.ts';

/** Whom a throttle counts: `user`, `ip`, `header:<name>` or `param:<name>`. */
export const BY_PATTERN = '^(user|ip|header:[A-Za-z0-9-]+|param:[A-Za-z_][A-Za-z0-9_]*)$';

/** A value that may be in a key as it is. */
const PLAIN = /^[A-Za-z0-9._@+-]{1,64}$/;
/** Headers that hold a scheme and a credential (RFC 9110 §11.4). */
const CREDENTIALS = /^(proxy-)?authorization$/;

/**
 * What a request is counted by. `user` counts the unknown by their address (DRF's UserRateThrottle), in a space of
 * their own; a header that was not sent counts by address too, so that leaving it out frees nobody. However a value is
 * spelled, it has one counter. What headers hold is always hashed: it may be a secret, and keys are read by others.
 */
export function keyMaker(by: string): (exchange: Matched) => string {
  if (by === 'user') {
    return (exchange) => {
      const { user, authenticated } = exchange.identity;
      return authenticated && user.id !== undefined ? `user:${plain(user.id)}` : byAddress(exchange);
    };
  }
  const [kind, name = ''] = by.split(':', 2);
  if (kind === 'header') {
    const header = name.toLowerCase();
    const meant = CREDENTIALS.test(header) ? credentialIn : String;
    return (exchange) => {
      const value = exchange.headers[header];
      return value === undefined ? byAddress(exchange) : `header:${hashed(meant(String(value)))}`;
    };
  }
  if (kind === 'param')
    return ({ params, route }) => `param:${plain(parameter(params[name] ?? '', route.lax.case))}`;
  return byAddress;
}

function byAddress({ client }: Matched): string {
  return `ip:${addressKey(client)}`;
}

/** As backends read it: decoded once, without what `;` begins, and in lower case where the upstream ignores case. */
function parameter(raw: string, foldCase: boolean): string {
  const decoded = raw.includes('%') ? decodeURIComponent(raw) : raw;
  const [value = ''] = decoded.split(';', 1);
  return foldCase ? value.toLowerCase() : value;
}

/** The scheme without its letter case, and the credential; of Basic what its base64 encodes. */
function credentialIn(header: string): string {
  const [word = '', ...rest] = header.split(/[ \t\v\f]+/).filter(Boolean);
  const scheme = word.toLowerCase();
  const credential = rest.join(' ');
  return `${scheme} ${scheme === 'basic' ? Buffer.from(credential, 'base64').toString('base64') : credential}`;
}

/** Anything but short plain text is hashed: keys stay bounded, and nothing in them can be mistaken for structure. */
function plain(value: string): string {
  return PLAIN.test(value) ? value : hashed(value);
}

function hashed(value: string): string {
  return `sha256:${createHash('sha256').update(value).digest('base64url')}`;
}
