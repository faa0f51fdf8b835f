import type { Matched } from '../core/exchange.ts';
import { connectionNames, HOP_BY_HOP } from '../core/header-names.ts';

/**
 * The reply's header lines, name and value in turn: the upstream's without those of its connection, and Postern's
 * own. `Trailer` is of the connection too, as no trailers are relayed.
 */
export function replyHeaders(raw: unknown, exchange: Matched): string[] {
  const lines = Array.isArray(raw) ? raw.map(text) : [];
  const dropped = new Set(['x-request-id']);
  const cors = exchange.route.cors !== undefined;
  for (let at = 0; at < lines.length; at += 2) {
    if (lines[at]?.toLowerCase() !== 'connection') continue;
    for (const name of connectionNames(lines[at + 1])) dropped.add(name);
  }
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at] ?? '';
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || dropped.has(lower)) continue;
    // Two answers to one question would make browsers refuse both.
    if (cors && lower.startsWith('access-control-')) continue;
    kept.push(name, lines[at + 1] ?? '');
  }
  kept.push('x-request-id', exchange.id, ...exchange.replyHeaders);
  return kept;
}

function text(item: Buffer | string): string {
  return typeof item === 'string' ? item : item.toString('latin1');
}

/** The upstream's own words for a status, where they can be sent; nobody has to read them (RFC 9112 §4). */
export function reasonPhrase(text: string | undefined): string {
  return text !== undefined && /^[\t\x20-\x7e]*$/.test(text) ? text : '';
}
