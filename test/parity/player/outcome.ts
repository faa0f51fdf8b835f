import type { Response } from '../../support/raw.ts';
import type { Recorded } from '../../support/upstream.ts';
import type { Asking, Change, Cookie, Effect } from './recording.ts';
import { rounded } from './shelf.ts';

/** What a request came to, as far as the recordings tell of it. */
export interface Outcome {
  status: number;
  /** Whether an application saw the request. */
  forwarded: boolean;
  /** Whom the application was told of; null for nobody, undefined where the recording does not tell. */
  user: string | null | undefined;
  headers: Readonly<Record<string, string>>;
  cookies: readonly Cookie[];
  /** Of refusals only: what was forwarded has the application's own. */
  body: unknown;
  effect: Effect;
}

const NAMES = ['WWW-Authenticate', 'Retry-After', 'Vary', 'Allow', 'Content-Type', 'Content-Language'];

/** What DRF did. */
export function expected({ http, expect, effect = {} }: Asking & { http?: string }): Outcome {
  const { status, headers = {}, set_cookie: cookies = [] } = expect;
  const forwarded = status === 200;
  const spoken = forwarded || http?.startsWith('HEAD ') === true;
  const shown: Record<string, string> = {
    ...(forwarded ? {} : { 'Content-Type': 'application/json' }),
    ...headers,
  };
  if (shown.Allow !== undefined) shown.Allow = inOrder(shown.Allow);
  return {
    status,
    forwarded,
    user: forwarded ? userIn(expect.json) : undefined,
    headers: sorted(shown),
    cookies,
    body: spoken ? undefined : (expect.json ?? expect.text),
    effect: sorted(effect, (change) => change && tidy(change)),
  };
}

function userIn(json: unknown): string | null | undefined {
  if (json === undefined) return undefined;
  const { user } = json as { user?: number | null };
  // What DRF says to OPTIONS tells of the view, not of the user.
  return user === undefined || user === null ? user : String(user);
}

/** The methods of an Allow header, which have no order. */
function inOrder(allow: string): string {
  return allow.split(', ').sort().join(', ');
}

/** What Postern did; where the recording does not tell who asked, it is not looked at. */
export function seen(
  { http }: { http: string },
  response: Response,
  forwarded: Recorded | undefined,
  effect: Effect,
  wanted: Outcome,
): Outcome {
  const { status } = response;
  const headers: Record<string, string> = {};
  for (const name of NAMES) {
    const value = response.header(name).join(', ');
    // The application's own; Postern's 405 alone names methods.
    if (forwarded && name === 'Content-Type') continue;
    if (value !== '') headers[name] = name === 'Allow' ? inOrder(value) : value;
  }
  const spoken = forwarded !== undefined || http.startsWith('HEAD ');
  return {
    status,
    forwarded: forwarded !== undefined,
    user: forwarded && wanted.user !== undefined ? forwarded.header('x-user').join() || null : undefined,
    headers: sorted(headers),
    cookies: response.header('set-cookie').map(cookieOf),
    body: spoken ? undefined : bodyOf(response),
    effect: sorted(effect, (change) => change && tidy(change)),
  };
}

function bodyOf({ body }: Response): unknown {
  const text = body.toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A Set-Cookie header, taken apart. */
export function cookieOf(line: string): Cookie {
  const [first = '', ...rest] = line.split(';').map((piece) => piece.trim());
  const [name = '', value = ''] = first.split(/=(.*)/s);
  const attributes = rest.map((piece): [string, string | true] => {
    const [key = '', said] = piece.split(/=(.*)/s);
    return [key, said ?? true];
  });
  return { name, value, attributes: Object.fromEntries(attributes) };
}

function tidy({ history, ...rest }: Change): Change {
  return history ? { ...rest, history: history.map(rounded) } : rest;
}

function sorted<Value>(
  values: Readonly<Record<string, Value>>,
  each: (value: Value) => Value = (value) => value,
): Record<string, Value> {
  const entries = Object.entries(values).map(([name, value]): [string, Value] => [name, each(value)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
