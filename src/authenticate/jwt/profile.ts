import { type Deny, deny } from '../../core/words.ts';
import type { Malformed } from '../credential.ts';
import type { Members } from './compact.ts';

/** How a kind of token is judged beyond its signature and dates, and how its refusal is worded. */
export interface Profile {
  /** Claims that must be there, unless the file says otherwise. */
  required: readonly string[];
  /** The claim that names the user. */
  idClaim: string;
  /** The user is looked up where the file has a source and the authenticator does not say otherwise. */
  looksUsersUp: boolean;
  /** Schemes are compared letter by letter. */
  exactScheme: boolean;
  /** What is wrong with a verified payload, if anything. */
  payloadProblem(payload: Members): Deny | undefined;
  malformedHeader: Malformed;
  invalid(reason: string): Deny;
  noUserId(): Deny;
  userNotFound(): Deny;
  inactive(): Deny;
}

export const PLAIN: Profile = {
  required: ['exp'],
  idClaim: 'sub',
  looksUsersUp: false,
  exactScheme: false,
  payloadProblem: () => undefined,
  malformedHeader: (reason) => deny(reason, 'Invalid token.'),
  invalid: (reason) => deny(reason, 'Invalid token.'),
  noUserId: () => deny('no claim names the user', 'Invalid token.'),
  userNotFound: () => deny('there is no such user', 'Invalid token.'),
  inactive: () => deny('user is inactive', 'User inactive or deleted.'),
};

/** djangorestframework-simplejwt 5.2: its access tokens, in its order, with its texts and codes. */
export const SIMPLEJWT: Profile = {
  required: [],
  idClaim: 'user_id',
  looksUsersUp: true,
  exactScheme: true,
  payloadProblem(payload) {
    if (payload.exp === undefined) return notValid("Token has no 'exp' claim");
    if (!Object.hasOwn(payload, 'jti')) return notValid('Token has no id');
    if (payload.token_type === undefined) return notValid('Token has no type');
    return payload.token_type === 'access' ? undefined : notValid('Token has wrong type');
  },
  malformedHeader: (reason) =>
    reason === 'bytes that are not UTF-8'
      ? notValid('Token is invalid or expired', reason)
      : deny(reason, 'Authorization header must contain two space-delimited values', {
          code: 'bad_authorization_header',
        }),
  invalid: (reason) => notValid('Token is invalid or expired', reason),
  noUserId: () =>
    deny('no claim names the user', 'Token contained no recognizable user identification', {
      code: 'token_not_valid',
    }),
  userNotFound: () => deny('there is no such user', 'User not found', { code: 'user_not_found' }),
  inactive: () => deny('user is inactive', 'User is inactive', { code: 'user_inactive' }),
};

function notValid(message: string, reason = message): Deny {
  return deny(reason, 'Given token not valid for any token type', {
    code: 'token_not_valid',
    messages: [{ token_class: 'AccessToken', token_type: 'access', message }],
  });
}
