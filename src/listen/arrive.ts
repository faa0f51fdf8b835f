import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { plainAddress } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import { Exchange } from '../core/exchange.ts';
import type { Headers, RequestHead } from '../core/head.ts';
import { hostName } from '../core/host.ts';
import { Refusal } from '../core/refusal.ts';
import type { Target } from '../core/target.ts';
import { forwardedAuthority, type TrustedHost } from './authority.ts';
import { framingProblem } from './framing.ts';
import { readHeaders } from './header-gate.ts';
import { judgeTarget } from './target.ts';

export interface ArriveOptions {
  clock: Clock;
  trusted(address: string): boolean;
  /** What trusted proxies may say of the host. */
  trustedHost: TrustedHost;
  /** How many header lines a request may have. */
  mostHeaders: number;
}

export interface Arrived {
  exchange: Exchange;
  /** What could be read in two ways is refused; nothing is repaired. */
  refusal: Refusal | undefined;
}

/** The gate: makes an `Exchange` of the head of a request. It is the same for plain requests and for upgrades. */
export function arrive(head: RequestHead, options: ArriveOptions): Arrived {
  const peer = plainAddress(head.peer);
  const believed = options.trusted(peer);
  const { headers, problem, underscores } = readHeaders(head.rawHeaders);
  const scheme = (believed && schemeIn(headers['x-forwarded-proto'])) || head.scheme;
  const sent = headers.host ?? '';
  const authority = believed ? forwardedAuthority(headers, scheme, options.trustedHost) : sent;
  const host = hostName(sent) && hostName(authority);
  const target = judgeTarget(head.target);
  const exchange = new Exchange({
    head,
    id: requestId(headers['x-request-id'], believed),
    receivedAt: options.clock.now(),
    target: typeof target === 'string' ? unreadable(head.target) : withForms(target, underscores),
    host: host ?? '',
    authority,
    headers,
    client: believed ? clientBehind(headers['x-forwarded-for'], peer, options.trusted) : peer,
    peer,
    peerTrusted: believed,
    scheme,
  });
  if (head.rawHeaders.length / 2 > options.mostHeaders)
    return refused(exchange, 'headers_too_large', `more than ${options.mostHeaders} header lines`);
  if (typeof target === 'string') return refused(exchange, 'bad_target', target);
  if (host === undefined)
    return refused(exchange, 'bad_host', 'Host is not a host name with an optional port');
  if (problem !== undefined) return refused(exchange, 'bad_header', problem);
  const framing = framingProblem(head.version, headers, head.upgrade);
  if (framing !== undefined) return refused(exchange, 'bad_request', framing);
  return { exchange, refusal: refuseProtocol(head, headers) };
}

function refused(exchange: Exchange, code: Refusal['code'], reason: string): Arrived {
  return { exchange, refusal: new Refusal(code, reason) };
}

function refuseProtocol(head: RequestHead, { expect, upgrade }: Headers): Refusal | undefined {
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return new Refusal('unknown_expectation', 'only 100-continue can be expected');
  // RFC 6455 §4.1: the one protocol to upgrade to, asked for with GET.
  if (head.upgrade && (upgrade?.toLowerCase() !== 'websocket' || head.method !== 'GET'))
    return new Refusal('upgrade_not_allowed', 'an upgrade to a protocol other than WebSocket');
  return undefined;
}

/** For the log only: no rule reads it. */
function unreadable(raw: string): Target {
  return { path: raw.split('?', 1)[0] ?? '', query: '', segments: [], forms: [] };
}

function withForms(target: Target, underscores: boolean): Target {
  return underscores ? { ...target, forms: [...target.forms, 'underscore_headers'] } : target;
}

/** Taken from a trusted proxy when it is short plain text, else made. */
function requestId(sent: string | undefined, believed: boolean): string {
  return believed && sent !== undefined && /^[A-Za-z0-9._:=/+-]{1,128}$/.test(sent) ? sent : randomUUID();
}

/** Proxies write `HTTPS`, `wss`, or one scheme per hop, of which the first is the client's. */
function schemeIn(forwarded: string | undefined): 'http' | 'https' | undefined {
  const [first = ''] = (forwarded ?? '').split(',', 1);
  return SCHEMES.get(first.trim().toLowerCase());
}

const SCHEMES: ReadonlyMap<string, 'http' | 'https'> = new Map([
  ['http', 'http'],
  ['ws', 'http'],
  ['https', 'https'],
  ['wss', 'https'],
]);

/**
 * The rightmost address of X-Forwarded-For that is no trusted proxy. What is left of it is the client's own word. A
 * hop that is no address ends the search at the proxy that reported it.
 */
function clientBehind(
  forwarded: string | undefined,
  peer: string,
  trusted: (address: string) => boolean,
): string {
  const hops = (forwarded ?? '').split(',');
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
