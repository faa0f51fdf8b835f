import type { Matched } from '../core/exchange.ts';
import { connectionNames, HOP_BY_HOP } from '../core/header-names.ts';
import { withOneVary } from '../core/vary.ts';
import { defiesPrivacy, madePrivate } from './cache-control.ts';

/**
 * The reply's header lines for the client, name and value in turn: the server's without those of its connection, and
 * Postern's own. `Trailer` is of the connection too, as no trailers are relayed.
 */
export function replyHeaders(status: number, received: readonly string[], exchange: Matched): string[] {
  const named = namedByConnection(received);
  const { cors, cache } = exchange.route;
  // RFC 9110 §8.6: there is no body, so nothing may say how long it is. A client could wait for it.
  const bodiless = status === 204 || status === 304;
  const kept: string[] = [];
  const caching: string[] = [];
  for (let at = 0; at < received.length; at += 2) {
    const [name = '', value = ''] = [received[at], received[at + 1]];
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || lower === 'x-request-id' || named?.has(lower)) continue;
    // Two answers to one question would make browsers refuse both.
    if (cors && lower.startsWith('access-control-') && lower !== 'access-control-expose-headers') continue;
    if (bodiless && lower === 'content-length') continue;
    if (cache && lower === 'cache-control') caching.push(value);
    else if (!cache || !defiesPrivacy(lower)) kept.push(name, value);
  }
  kept.push('x-request-id', exchange.id);
  return exchange.replyHeaders.length === 0 ? kept : withOurs(kept, exchange.replyHeaders, caching);
}

/** Our lines beside the server's: one `Vary`, one Cache-Control, and no end of a cookie that the server sets again. */
function withOurs(kept: string[], ours: readonly string[], caching: readonly string[]): string[] {
  let varies = false;
  for (let at = 0; at < ours.length; at += 2) {
    const [name = '', value = ''] = [ours[at], ours[at + 1]];
    if (name === 'set-cookie' && setsCookie(kept, nameOfCookie(value))) continue;
    kept.push(name, name === 'cache-control' ? madePrivate(caching) : value);
    varies ||= name === 'vary';
  }
  return varies ? withOneVary(kept) : kept;
}

/** Browsers take the last of two: a login behind a session that is over would be undone. */
function setsCookie(lines: readonly string[], cookie: string): boolean {
  return lines.some(
    (line, at) =>
      at % 2 === 1 && lines[at - 1]?.toLowerCase() === 'set-cookie' && nameOfCookie(line) === cookie,
  );
}

function nameOfCookie(line: string): string {
  return (line.split('=', 1)[0] ?? '').trim();
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
