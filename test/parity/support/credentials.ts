import type { Django } from './django.ts';

/** The ways of logging in that the Django project has. */
export type LoginKind = 'token' | 'session' | 'jwt' | 'jwt-single';

export interface Credentials {
  readonly kind: LoginKind;
  /** What a request sends to be this user: `Authorization`, or `Cookie`; for unsafe methods `X-CSRFToken`, too. */
  readonly headers: Readonly<Record<string, string>>;
  /** The token, the session key, or the access token. */
  readonly key: string;
  /** The CSRF cookie's value; only of a session. */
  readonly csrf?: string;
  /** The refresh token; only of `jwt`. */
  readonly refresh?: string;
}

/** Logs in over HTTP, so that Django itself writes the credential. The password is the project's `<name>-secret`. */
export async function login(
  django: Django,
  kind: LoginKind,
  username: string,
  password = `${username}-secret`,
): Promise<Credentials> {
  const reply = await post(django, `/login/${kind}/`, { username, password });
  if (kind === 'session') {
    const key = cookie(reply, 'sessionid');
    const csrf = cookie(reply, 'csrftoken');
    const headers = { Cookie: `sessionid=${key}; csrftoken=${csrf}`, 'X-CSRFToken': csrf };
    return { kind, headers, key, csrf };
  }
  const body = (await reply.json()) as Record<string, unknown>;
  const key = text(body, kind === 'token' ? 'token' : 'access');
  const headers = { Authorization: `${kind === 'token' ? 'Token' : 'Bearer'} ${key}` };
  return kind === 'jwt' ? { kind, headers, key, refresh: text(body, 'refresh') } : { kind, headers, key };
}

/** Logs out over HTTP; a plain JWT has no logout. */
export async function logout(django: Django, { kind, headers }: Credentials): Promise<void> {
  if (kind === 'jwt') throw new Error('a plain JWT cannot be logged out');
  await (await post(django, `/logout/${kind}/`, {}, headers)).body?.cancel();
}

/** Changes a user from outside, as an administrator would: `{ is_active: false }`, `{ password: '…' }`, `{ delete: true }`. */
export async function changeUser(
  django: Django,
  user: string,
  change: Readonly<Record<string, unknown>>,
): Promise<void> {
  await (await post(django, '/world/', { user, ...change })).body?.cancel();
}

/** Puts all users back as they were at the start; Redis is left alone. */
export async function resetUsers(django: Django): Promise<void> {
  await (await post(django, '/world/', { reset: true })).body?.cancel();
}

/** A user as Django sees it; `session_hash` is what a live session must carry. */
export interface DjangoUser {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly session_hash: string;
  readonly is_active: boolean;
  readonly is_staff: boolean;
  readonly is_superuser: boolean;
  readonly groups: readonly string[];
  readonly permissions: readonly string[];
}

export async function users(django: Django): Promise<readonly DjangoUser[]> {
  return (await (await fetch(`${django.url}/world/`)).json()) as readonly DjangoUser[];
}

async function post(
  django: Django,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const reply = await fetch(django.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`Django answered POST ${path} with ${reply.status}: ${await reply.text()}`);
  return reply;
}

function cookie(reply: Response, name: string): string {
  const line = reply.headers.getSetCookie().find((one) => one.startsWith(`${name}=`));
  if (line === undefined) throw new Error(`Django set no cookie ${name}`);
  return line.slice(name.length + 1).split(';')[0] ?? '';
}

function text(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw new Error(`Django's login answered ${JSON.stringify(body)}`);
  return value;
}
