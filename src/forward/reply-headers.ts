import type { Matched } from '../core/exchange.ts';
import { connectionNames, HOP_BY_HOP } from '../core/header-names.ts';

/**
 * The reply's header lines for the client, name and value in turn: the server's without those of its connection, and
 * Postern's own. `Trailer` is of the connection too, as no trailers are relayed.
 */
export function replyHeaders(status: number, received: readonly string[], exchange: Matched): string[] {
  const named = namedByConnection(received);
  const cors = exchange.route.cors !== undefined;
  // RFC 9110 §8.6: there is no body, so nothing may say how long it is. A client could wait for it.
  const bodiless = status === 204 || status === 304;
  const kept: string[] = [];
  for (let at = 0; at < received.length; at += 2) {
    const name = received[at] ?? '';
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || lower === 'x-request-id' || named?.has(lower)) continue;
    // Two answers to one question would make browsers refuse both.
    if (cors && lower.startsWith('access-control-') && lower !== 'access-control-expose-headers') continue;
    if (bodiless && lower === 'content-length') continue;
    kept.push(name, received[at + 1] ?? '');
  }
  kept.push('x-request-id', exchange.id, ...exchange.replyHeaders);
  return kept;
}

function namedByConnection(lines: readonly string[]): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at] ?? '';
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    for (const each of connectionNames(lines[at + 1])) named = (named ?? new Set()).add(each);
  }
  return named;
}

/** The server's own words for a status, where they can be sent; nobody has to read them (RFC 9112 §4). */
export function reasonPhrase(text: string | undefined): string {
  return text !== undefined && /^[\t\x20-\x7e]*$/.test(text) ? text : '';
}
