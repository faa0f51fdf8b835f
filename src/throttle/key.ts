import { createHash } from 'node:crypto';
import type { Matched } from '../core/exchange.ts';

/** Whom a throttle counts: `user`, `ip`, `header:<name>` or `param:<name>`. */
export const BY_PATTERN = '^(user|ip|header:[A-Za-z0-9-]+|param:[A-Za-z_][A-Za-z0-9_]*)$';

/** A value that may stand in a key as it is. */
const PLAIN = /^[A-Za-z0-9._@+-]{1,64}$/;

/**
 * What a request is counted by. `user` counts the unknown by their address (DRF's UserRateThrottle), in a space of
 * their own; a header that was not sent counts by address too, so that leaving it out frees nobody.
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
    return (exchange) => {
      const value = exchange.headers[header];
      return value === undefined ? byAddress(exchange) : `header:${plain(String(value))}`;
    };
  }
  if (kind === 'param') return ({ params }) => `param:${plain(params[name] ?? '')}`;
  return byAddress;
}

function byAddress({ clientKey }: Matched): string {
  return `ip:${clientKey}`;
}

/** Anything but short plain text is hashed: keys stay bounded, and nothing in them can be mistaken for structure. */
function plain(value: string): string {
  return PLAIN.test(value) ? value : `sha256:${createHash('sha256').update(value).digest('base64url')}`;
}
