import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { plainAddress } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import { Exchange } from '../core/exchange.ts';
import { hostName } from '../core/host.ts';
import type { HeadLimits } from '../core/limits.ts';
import { Refusal } from '../core/refusal.ts';
import type { Target } from '../core/target.ts';
import { framingProblem } from './framing.ts';
import { headerProblem, usesUnderscores } from './header-gate.ts';
import { judgeTarget } from './target.ts';

export interface ArriveOptions {
  clock: Clock;
  trusted(address: string): boolean;
  head: HeadLimits;
}

/**
 * The gate: makes an `Exchange` of a raw request. What could be read in two ways is refused, by `refusal`, and
 * nothing is repaired. It is the same for plain requests and for upgrades.
 *
 * @param raw the request target as it stood in the request line
 */
export function arrive(
  request: IncomingMessage,
  raw: string,
  upgrade: boolean,
  options: ArriveOptions,
): Exchange {
  const { rawHeaders, headers } = request;
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  const believed = options.trusted(peer);
  const authority = headers.host ?? '';
  const host = hostName(authority);
  const target = judgeTarget(raw);
  const exchange = new Exchange({
    id: requestId(headers['x-request-id'], believed),
    receivedAt: options.clock.now(),
    method: request.method ?? '',
    target: typeof target === 'string' ? unreadable(raw) : withForms(target, rawHeaders),
    host: host ?? '',
    authority,
    headers,
    rawHeaders,
    client: believed ? clientBehind(headers['x-forwarded-for'], peer, options.trusted) : peer,
    peer,
    scheme: believed && headers['x-forwarded-proto'] === 'https' ? 'https' : 'http',
    upgrade,
  });
  exchange.refusal = refusalOf(target, host, rawHeaders, options.head) ?? refuseFraming(request, upgrade);
  return exchange;
}

function refusalOf(
  target: Target | string,
  host: string | undefined,
  rawHeaders: readonly string[],
  head: HeadLimits,
): Refusal | undefined {
  if (rawHeaders.length / 2 > head.count)
    return new Refusal('headers_too_large', `more than ${head.count} header lines`);
  if (typeof target === 'string') return new Refusal('bad_target', target);
  if (host === undefined) return new Refusal('bad_host', 'Host is not a host name with an optional port');
  const problem = headerProblem(rawHeaders);
  return problem === undefined ? undefined : new Refusal('bad_header', problem);
}

function refuseFraming(request: IncomingMessage, upgrade: boolean): Refusal | undefined {
  const problem = framingProblem(request, upgrade);
  if (problem !== undefined) return new Refusal('bad_request', problem);
  const { expect } = request.headers;
  return expect === undefined || expect.toLowerCase() === '100-continue'
    ? undefined
    : new Refusal('unknown_expectation', 'only 100-continue can be expected');
}

/** Only ever logged: no rule is asked about it. */
function unreadable(raw: string): Target {
  return { path: raw.split('?', 1)[0] ?? '', query: '', segments: [], forms: [] };
}

function withForms(target: Target, rawHeaders: readonly string[]): Target {
  return usesUnderscores(rawHeaders) ? { ...target, forms: [...target.forms, 'underscore_headers'] } : target;
}

/** Taken from a trusted proxy when it is short plain text, else made. */
function requestId(sent: string | string[] | undefined, believed: boolean): string {
  return believed && typeof sent === 'string' && /^[A-Za-z0-9._:=/+-]{1,128}$/.test(sent)
    ? sent
    : randomUUID();
}

/**
 * The rightmost address of X-Forwarded-For that is no trusted proxy. What stands left of it is the client's own
 * word. Something that is no address ends the search at the hop that reported it.
 */
function clientBehind(
  forwarded: string | string[] | undefined,
  peer: string,
  trusted: (address: string) => boolean,
): string {
  const hops = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',');
  let client = peer;
  for (let at = hops.length - 1; at >= 0; at--) {
    const hop = addressIn(hops[at] ?? '');
    if (hop === undefined) return client;
    client = hop;
    if (!trusted(client)) return client;
  }
  return client;
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`, as proxies write them. */
function addressIn(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return isIP(bare) !== 0 && !bare.includes('%') ? plainAddress(bare) : undefined;
}
