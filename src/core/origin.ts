import type { Exchange } from './exchange.ts';
import type { Cors } from './route.ts';

/** The origin as a route's `cors` allows it: by its name, or as one of all (`*`); undefined when it does not. */
export function allowedOrigin({ origins, subdomains }: Cors, origin: string): string | undefined {
  if (origins.has(origin) || subdomains.some((domain) => isWithin(domain, origin))) return origin;
  return origins.has('*') ? '*' : undefined;
}

function isWithin({ scheme, suffix }: Cors['subdomains'][number], origin: string): boolean {
  if (!origin.startsWith(scheme) || !origin.endsWith(suffix)) return false;
  const below = origin.slice(scheme.length, -suffix.length);
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(below);
}

/** What a page that asks is to a route: of its own host, or a program; named by `cors`; one of all; or of elsewhere. */
export type Asking = 'own' | 'named' | 'any' | 'foreign';

/**
 * Browsers let any page open a WebSocket to anywhere, with the cookies of that place, and say in Origin which page it was
 * (RFC 6455 §10.2). Programs send no Origin.
 */
export function pageAsking({ headers, authority }: Exchange, cors: Cors | undefined): Asking {
  const { origin } = headers;
  if (origin === undefined || isOwn(origin, authority)) return 'own';
  const allowed = cors && allowedOrigin(cors, origin);
  if (allowed === undefined) return 'foreign';
  return allowed === '*' ? 'any' : 'named';
}

function isOwn(origin: string, authority: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host } = new URL(origin);
  const own = `${protocol}//${authority}`;
  return URL.canParse(own) && new URL(own).host === host;
}
