import { cookiesOf } from '../core/cookies.ts';
import type { Matched } from '../core/exchange.ts';
import { decodeForm } from '../core/form.ts';
import { connectionNames, HOP_BY_HOP, readName } from '../core/header-names.ts';
import { memo } from '../core/memo.ts';
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

/** What becomes of a client's header: it is passed on, dropped, or passed on where the route keeps overrides. */
type Fate = 'pass' | 'drop' | 'override';

/** Says what becomes of client's headers, by the name as it was sent. */
export type Fates = (raw: string) => Fate;

/** @param foreign says of a header, by its folded name, that it must not reach an upstream */
export function fatesOf(foreign: (folded: string, keepOverrides: boolean) => boolean): Fates {
  return memo((raw) => {
    const { folded } = readName(raw);
    if (HOP_BY_HOP.has(folded) || OURS.has(folded) || folded.startsWith('x-forwarded-')) return 'drop';
    if (foreign(folded, true)) return 'drop';
    return foreign(folded, false) ? 'override' : 'pass';
  });
}

/** The request as the upstream receives it; undefined when `strip_prefix` does not literally begin the path. */
export function outboundFor(exchange: Matched, fates: Fates): Outbound | undefined {
  const { route, target } = exchange;
  const path = cutPrefix(target.path, route.forward.stripPrefix);
  if (path === undefined) return undefined;
  return {
    method: exchange.method,
    path: path + queryFor(exchange, route),
    host: route.forward.preserveHost ? exchange.authority : undefined,
    headers: headersFor(exchange, fates),
    body: route.body,
    caller: callerOf(exchange),
  };
}

/** A trusted proxy that names no client speaks for itself; its requests may be those of many. */
function callerOf({ client, peer, peerTrusted, clientKey }: Matched): string | undefined {
  return client === peer && peerTrusted ? undefined : clientKey;
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

function headersFor(exchange: Matched, fates: Fates): string[] {
  const { rawHeaders, headers: received, route } = exchange;
  const credential = route.forward.keepCredential ? undefined : exchange.identity.credential;
  const named = connectionNames(received.connection);
  const keepOverrides = route.allow.has('method_override');
  const headers: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const fate = fates(name);
    if (fate === 'drop' || (fate === 'override' && !keepOverrides)) continue;
    const { lower } = readName(name);
    if (named.has(lower) || (credential?.in === 'header' && lower === credential.name)) continue;
    const value = rawHeaders[at + 1] ?? '';
    if (credential?.in === 'cookie' && lower === 'cookie') {
      const rest = withoutCookie(value, credential.name);
      if (rest !== '') headers.push(name, rest);
    } else headers.push(name, value);
  }
  const before = exchange.peerTrusted ? received['x-forwarded-for'] : undefined;
  headers.push('x-forwarded-for', before === undefined ? exchange.peer : `${before}, ${exchange.peer}`);
  headers.push('x-forwarded-proto', exchange.scheme, 'x-forwarded-host', exchange.authority);
  headers.push('x-request-id', exchange.id, ...sound(exchange.identityHeaders));
  return headers;
}

/** What no header line can hold. Node's parser has checked what the client sent; these lines were made here. */
const UNSOUND = /[^\t\x20-\x7e\x80-\xff]/;

/** @throws Error when one line could become two, which no template and no assertion can cause */
function sound(lines: readonly string[]): readonly string[] {
  for (const text of lines) if (UNSOUND.test(text)) throw new Error('an identity header that is not a line');
  return lines;
}

function withoutCookie(header: string, name: string): string {
  return cookiesOf(header)
    .filter((cookie) => cookie.name !== name)
    .map(({ text }) => text)
    .join(';')
    .trim();
}
