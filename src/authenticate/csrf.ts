import Type, { type Static } from 'typebox';
import type { Matched } from '../core/exchange.ts';
import { SAFE_METHODS } from '../core/methods.ts';
import type { Deny } from '../core/words.ts';
import { csrfSecret, csrfTokensMatch } from '../django/csrf.ts';
import { cookieValues } from './credential.ts';

const checkOptions = {
  django: Type.Optional(
    Type.Union([Type.Literal(3), Type.Literal(4)], {
      description:
        'Whose rules: those of Django 3 and before (Referer), or of 4 and later (Origin first). Default: 4.',
    }),
  ),
  cookie: Type.Optional(Type.String({ minLength: 1, description: 'CSRF_COOKIE_NAME. Default: csrftoken.' })),
  header: Type.Optional(
    Type.String({ minLength: 1, description: 'The header with the token. Default: X-CSRFToken.' }),
  ),
  trusted_origins: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'CSRF_TRUSTED_ORIGINS: https://app.example.com or https://*.example.com; with `django: 3`, hosts (app.example.com, .example.com).',
    }),
  ),
};

const off = Type.Literal('off', {
  description: 'No check: only for cookies that browsers do not send across sites.',
});
const closed = { additionalProperties: false };
const about = {
  description:
    'The proof, for methods that change something, that the page meant it. Forms are not read: send the header.',
};

export const CsrfOptions = Type.Union([off, Type.Object(checkOptions, closed)], about);

/** For credentials with a session, which may hold the token. */
export const SessionCsrfOptions = Type.Union(
  [
    off,
    Type.Object(
      {
        ...checkOptions,
        use_sessions: Type.Optional(
          Type.Boolean({
            description: 'CSRF_USE_SESSIONS: the token is in the session, not in a cookie. Default: false.',
          }),
        ),
      },
      closed,
    ),
  ],
  about,
);

/** The entries of a Django session. */
export type Session = ReadonlyMap<unknown, unknown>;

/** Undefined when the request may go on; for requests whose credential came in a cookie. */
export type CsrfCheck = (exchange: Matched, session?: Session) => Deny | undefined;

/** Where CSRF_USE_SESSIONS keeps the token. */
const IN_SESSION = '_csrftoken';

/** The check of Django's CsrfViewMiddleware, of either generation, as DRF's SessionAuthentication asks for it. */
export function csrfCheck(given: Static<typeof SessionCsrfOptions> = {}): CsrfCheck {
  if (given === 'off') return () => undefined;
  const { django = 4, cookie = 'csrftoken', use_sessions: useSessions = false } = given;
  const rules: CsrfRules = {
    expected: (exchange, session) => (useSessions ? tokenOf(session) : tokenIn(exchange, cookie)),
    // Django checks the form of a cookie, which a client can choose, and not that of what it stored itself.
    checksForm: !useSessions,
    header: given.header ?? 'X-CSRFToken',
    trusted: given.trusted_origins ?? [],
  };
  const problem = django === 3 ? problemIn3(rules) : problemIn4(rules);
  return (exchange, session) => {
    if (SAFE_METHODS.has(exchange.method) || exchange.route.csrfExempt) return undefined;
    const found = problem(exchange, session);
    return found === undefined ? undefined : { kind: 'deny', code: 'csrf_failed', reason: found };
  };
}

interface CsrfRules {
  /** The token that the one in the header must agree with. */
  expected(exchange: Matched, session: Session | undefined): string | undefined;
  checksForm: boolean;
  header: string;
  trusted: readonly string[];
}

type Problem = (exchange: Matched, session: Session | undefined) => string | undefined;

function problemIn3({ expected: expectedIn, header, trusted }: CsrfRules): Problem {
  return (exchange, session) => {
    const referer = exchange.scheme === 'https' ? refererProblem(exchange, trusted) : undefined;
    if (referer) return referer;
    const expected = expectedIn(exchange, session);
    if (expected === undefined) return 'CSRF cookie not set.';
    // Django 3 puts a secret of its own in the place of a cookie that is no token: nothing agrees with that.
    return csrfSecret(expected) !== undefined && csrfTokensMatch(sent(exchange, header) ?? '', expected)
      ? undefined
      : 'CSRF token missing or incorrect.';
  };
}

function problemIn4({ expected: expectedIn, checksForm, header, trusted }: CsrfRules): Problem {
  const hosts = trusted.map((origin) => origin.replace(/^[a-z]+:\/\/\*?/i, ''));
  const named = `the '${header.toLowerCase().replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase())}' HTTP header`;
  return (exchange, session) => {
    const { origin } = exchange.headers;
    if (origin !== undefined) {
      if (!ownOrigin(exchange, origin, trusted))
        return `Origin checking failed - ${origin} does not match any trusted origins.`;
    } else if (exchange.scheme === 'https') {
      const referer = refererProblem(exchange, hosts);
      if (referer) return referer;
    }
    const expected = expectedIn(exchange, session);
    if (expected === undefined) return 'CSRF cookie not set.';
    const misfit = checksForm ? formProblem(expected) : undefined;
    if (misfit) return `CSRF cookie ${misfit}.`;
    const given = sent(exchange, header);
    if (given === undefined) return 'CSRF token missing.';
    const wrong = formProblem(given);
    if (wrong) return `CSRF token from ${named} ${wrong}.`;
    return csrfTokensMatch(given, expected) ? undefined : `CSRF token from ${named} incorrect.`;
  };
}

/** What keeps a text from being a token, in Django's words. */
function formProblem(token: string): string | undefined {
  if (token.length !== 32 && token.length !== 64) return 'has incorrect length';
  return csrfSecret(token) === undefined ? 'has invalid characters' : undefined;
}

function tokenOf(session: Session | undefined): string | undefined {
  const token = session?.get(IN_SESSION);
  return typeof token === 'string' ? token : undefined;
}

/** Two cookies are ambiguous and count as none, unless they agree. */
function tokenIn(exchange: Matched, name: string): string | undefined {
  const [value, ...others] = new Set(cookieValues(exchange, name));
  return others.length === 0 ? value : undefined;
}

function sent(exchange: Matched, header: string): string | undefined {
  const value = exchange.headers[header.toLowerCase()];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function ownOrigin({ scheme, authority }: Matched, origin: string, trusted: readonly string[]): boolean {
  if (origin === `${scheme}://${authority}` || trusted.includes(origin)) return true;
  const [, originScheme = '', originHost = ''] = /^([a-z]+):\/\/(.+)$/i.exec(origin) ?? [];
  return trusted.some((pattern) => {
    const [, patternScheme, domain] = /^([a-z]+):\/\/\*(\..+)$/i.exec(pattern) ?? [];
    return domain !== undefined && patternScheme === originScheme && sameDomain(originHost, domain);
  });
}

/** Over HTTPS a page of this host says so in Referer: nobody between could have changed it. */
function refererProblem({ headers, authority }: Matched, trusted: readonly string[]): string | undefined {
  const { referer } = headers;
  if (referer === undefined) return 'Referer checking failed - no Referer.';
  const [, scheme, host] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]+)/.exec(referer) ?? [];
  if (scheme === undefined || host === undefined) return 'Referer checking failed - Referer is malformed.';
  if (scheme.toLowerCase() !== 'https')
    return 'Referer checking failed - Referer is insecure while host is secure.';
  if ([...trusted, authority].some((pattern) => sameDomain(host, pattern))) return undefined;
  const shown = scheme.toLowerCase() + referer.slice(scheme.length);
  return `Referer checking failed - ${shown} does not match any trusted origins.`;
}

/** Django's `is_same_domain`: exact, or any name below a pattern that begins with a dot. */
function sameDomain(host: string, pattern: string): boolean {
  const lower = pattern.toLowerCase();
  return lower.startsWith('.') ? host.endsWith(lower) || host === lower.slice(1) : host === lower;
}
