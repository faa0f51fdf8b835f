import { addressKey } from '../core/address.ts';
import { cookiesOf } from '../core/cookies.ts';
import type { Matched } from '../core/exchange.ts';
import { decodeForm } from '../core/form.ts';
import { connectionNames, foldName, HOP_BY_HOP } from '../core/header-names.ts';
import type { Outbound } from '../core/outbound.ts';
import type { Route } from '../core/route.ts';

/** Headers of which the upstream gets ours: what a client says of the hops before it is not believed. */
const OURS = new Set([
  'host',
  'expect',
  'forwarded',
  'x-real-ip',
  'x-request-id',
  'x-client-ip',
  'true-client-ip',
]);

export interface OutboundOptions {
  route: Route;
  /** Says of a client's header, by its folded name, that it must not reach the upstream. */
  foreign(folded: string, keepOverrides: boolean): boolean;
  trusted(address: string): boolean;
}

/** The request as the upstream receives it; undefined when `strip_prefix` does not literally begin the path. */
export function outboundFor(exchange: Matched, options: OutboundOptions): Outbound | undefined {
  const path = cutPrefix(exchange.target.path, options.route.forward.stripPrefix);
  if (path === undefined) return undefined;
  return {
    method: exchange.method,
    path: path + queryFor(exchange, options.route),
    host: options.route.forward.preserveHost ? exchange.authority : undefined,
    headers: headersFor(exchange, options),
    body: options.route.body,
    caller: callerOf(exchange, options),
  };
}

/** A trusted proxy that names no client speaks for itself; its requests may be those of many. */
function callerOf({ client, peer }: Matched, { trusted }: OutboundOptions): string | undefined {
  return client === peer && trusted(peer) ? undefined : addressKey(client);
}

/** What remains of `/users/8` without `/users` is `/8`; of `/users` it is `/`. */
export function cutPrefix(path: string, prefix: string): string | undefined {
  if (prefix === '') return path;
  if (!path.startsWith(prefix)) return undefined;
  const rest = path.slice(prefix.length);
  if (rest === '') return '/';
  return rest.startsWith('/') ? rest : undefined;
}

function queryFor({ target, identity }: Matched, { forward }: Route): string {
  const { credential } = identity;
  if (credential?.in !== 'query' || forward.keepCredential) return target.query;
  const kept = target.query
    .slice(1)
    .split('&')
    .filter((pair) => decodeForm(pair.split('=', 1)[0] ?? '') !== credential.name);
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

function headersFor(exchange: Matched, options: OutboundOptions): string[] {
  const { rawHeaders, headers: received } = exchange;
  const { route, foreign, trusted } = options;
  const credential = route.forward.keepCredential ? undefined : exchange.identity.credential;
  const named = connectionNames(received.connection);
  const keepOverrides = route.allow.has('method_override');
  const headers: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const lower = name.toLowerCase();
    const folded = foldName(lower);
    if (HOP_BY_HOP.has(folded) || OURS.has(folded) || folded.startsWith('x-forwarded-') || named.has(lower))
      continue;
    if (foreign(folded, keepOverrides)) continue;
    if (credential?.in === 'header' && lower === credential.name) continue;
    const value = rawHeaders[at + 1] ?? '';
    if (credential?.in === 'cookie' && lower === 'cookie') {
      const rest = withoutCookie(value, credential.name);
      if (rest !== '') headers.push(name, rest);
    } else headers.push(name, value);
  }
  const before = trusted(exchange.peer) ? received['x-forwarded-for'] : undefined;
  headers.push('x-forwarded-for', before === undefined ? exchange.peer : `${before}, ${exchange.peer}`);
  headers.push('x-forwarded-proto', exchange.scheme, 'x-forwarded-host', exchange.authority);
  headers.push('x-request-id', exchange.id, ...exchange.identityHeaders);
  return headers;
}

function withoutCookie(header: string, name: string): string {
  return cookiesOf(header)
    .filter((cookie) => cookie.name !== name)
    .map(({ text }) => text)
    .join(';')
    .trim();
}
