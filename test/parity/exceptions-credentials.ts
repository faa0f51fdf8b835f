import { type Exception, forwarded, inCase, malformed, refused, unavailable } from './player/exceptions.ts';
import type { Effect } from './player/recording.ts';

const TOKEN = { 'WWW-Authenticate': 'Token' };
const BEARER = { 'WWW-Authenticate': 'Bearer realm="api"' };
const unknownToken = refused(401, 'invalid token.', TOKEN);
const invalidJwt = refused(
  401,
  {
    detail: 'Given token not valid for any token type',
    code: 'token_not_valid',
    messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' }],
  },
  BEARER,
);
const noSuchUser = refused(401, { detail: 'User not found', code: 'user_not_found' }, BEARER);
const asNobody = refused(403, 'Authentication credentials were not provided.');

export const token: readonly Exception[] = [
  { id: 'control-characters', where: inCase(/^token\/form\/(vertical-tab|form-feed)$/), instead: malformed },
  { id: 'two-authorization-headers', where: inCase('token/form/two-headers'), instead: malformed },
  { id: 'token-names-no-key', where: inCase('token/record/other-type'), instead: unknownToken },
  {
    id: 'inactive-records',
    where: inCase('token/record/inactive'),
    instead: refused(401, 'User inactive or deleted.', TOKEN),
  },
  {
    id: 'unreadable-records',
    where: inCase(/^token\/record\/(list|null|truncated|no-id)$/),
    instead: unavailable,
  },
  {
    id: 'unreadable-records',
    where: inCase(/^token\/record\/(not-json|text|id-null)$/),
    instead: unknownToken,
  },
  { id: 'unreadable-records', where: inCase('token/record/number'), instead: forwarded('2') },
  {
    id: 'token-records-decide',
    where: inCase('token/groups-by-id', 0),
    instead: refused(403, 'Only VIPs may come in here.'),
  },
  {
    id: 'token-records-decide',
    where: inCase('token/groups-by-id', 2),
    instead: refused(403, 'You do not have permission to perform this action.'),
  },
];

export const basic: readonly Exception[] = [
  { id: 'two-authorization-headers', where: inCase('basic/two-headers'), instead: malformed },
];

export const session: readonly Exception[] = [
  {
    id: 'sessions-are-not-written',
    where: ({ step: { effect = {}, expect } }) =>
      Object.keys(effect).some((key) => key.includes('sessions.cache')) ||
      expect.set_cookie?.some(({ value }) => value !== '""') === true,
    instead: ({ cookies }) => ({ cookies: cookies.filter(({ value }) => value === '""'), effect: {} }),
  },
  {
    id: 'two-session-cookies',
    where: inCase(/^session\/cookie\/twice-/),
    instead: refused(403, 'Incorrect authentication credentials.'),
  },
  { id: 'cookie-headers', where: inCase('session/cookie/two-headers'), instead: forwarded('2') },
  { id: 'session-nonsense', where: inCase('session/content/user-word'), instead: asNobody },
  { id: 'session-nonsense', where: inCase(/^session\/content\/(list|text|number)$/), instead: asNobody },
  {
    id: 'unreadable-sessions',
    where: inCase(/^session\/content\/(cut|noise|json|compressed)$/),
    instead: asNobody,
  },
  {
    id: 'sessions-in-the-database',
    where: ({ env, id, number }) =>
      env.PARITY_SESSION_ENGINE === 'cached_db' && id === 'session/variant' && number === 4,
    instead: asNobody,
  },
  { id: 'ids-are-text', where: inCase('session/content/user-padded'), instead: asNobody },
];

export const csrf: readonly Exception[] = [
  { id: 'optional-whitespace', where: inCase('csrf/pair/space'), instead: forwarded('2') },
  {
    id: 'csrf-form-field',
    where: inCase('csrf/body/form-field'),
    instead: refused(403, 'CSRF Failed: CSRF token missing or incorrect.'),
  },
  { id: 'csrf-form-field', where: inCase('csrf/body/form-field-wrong-header-good'), instead: forwarded('2') },
  {
    id: 'bodies-are-not-read',
    where: inCase('csrf/body/bad-json'),
    instead: refused(403, 'CSRF Failed: CSRF token missing or incorrect.'),
  },
  {
    id: 'bodies-are-not-read',
    where: inCase(/^csrf\/body\/(bad-json-good-header|unknown-type)$/),
    instead: forwarded('2'),
  },
];

export const jwt: readonly Exception[] = [
  { id: 'two-authorization-headers', where: inCase('jwt/form/elsewhere', 0), instead: malformed },
  { id: 'jwt-padding', where: inCase('jwt/form/padded'), instead: invalidJwt },
  { id: 'jwt-critical', where: inCase('jwt/seal/crit'), instead: invalidJwt },
  { id: 'jwt-nonsense', where: inCase(/^jwt\/claim\/exp-(text|null)$/), instead: invalidJwt },
  { id: 'jwt-nonsense', where: inCase(/^jwt\/claim\/user-(word|list)$/), instead: noSuchUser },
  { id: 'ids-are-text', where: inCase(/^jwt\/claim\/user-(float|true)$/), instead: noSuchUser },
];

function prolonged(held: Effect): Effect {
  return Object.fromEntries(
    Object.entries(held).map(([key, value]) => [key, value && { ...value, ttl: 7200 }]),
  );
}

/** Tokens that were made by hand encode their head in another order than simplejwt would. */
export const singleLogin: readonly Exception[] = [
  {
    id: 'single-login-text',
    where: inCase(/^single\/(entry\/(exact|id-as-text)|protocol\/\d)$/),
    instead: (outcome, before) => ({
      ...forwarded('2')(outcome, before),
      effect: prolonged(before.held),
    }),
  },
  { id: 'jwt-padding', where: inCase('single/entry/padded'), instead: invalidJwt },
];
