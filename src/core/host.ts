import { isIPv6 } from 'node:net';
import { memo } from './memo.ts';

const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)$/;
const AUTHORITY = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*))(?::([0-9]{0,5}))?$/;

/**
 * The host name in a Host header, lower-case, without port and final dot; undefined for anything that is not
 * `host` or `host:port` (RFC 9110 §7.2): user information, spaces, a port beyond 65535.
 */
export const hostName = (authority: string): string | undefined => known(authority).name;

const known = memo((authority) => ({ name: read(authority) }));

function read(authority: string): string | undefined {
  const parts = AUTHORITY.exec(authority);
  if (!parts || Number(parts[2] ?? 0) > 65_535) return undefined;
  const host = (parts[1] ?? '').toLowerCase().replace(/\.$/, '');
  if (host.startsWith('[')) return isIPv6(host.slice(1, -1)) ? host : undefined;
  return HOST.test(host) ? host : undefined;
}

/** A host in the YAML: a name, or `*.` and a name. */
export function validHostPattern(text: string): boolean {
  return HOST.test(text.startsWith('*.') ? text.slice(2) : text);
}
