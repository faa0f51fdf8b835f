/** The steps of a request, in the order in which it meets them. */
export const VERBS = [
  'listen',
  'match',
  'authenticate',
  'permit',
  'throttle',
  'identify',
  'forward',
] as const;
export type Verb = (typeof VERBS)[number];

interface RefusalKind {
  verb: Verb;
  status: number;
  /** What the client reads in `{"detail": …}`; `%s` is filled in where the refusal knows more. */
  detail: string;
  /** What the operator reads in the reference. */
  meaning: string;
}

/** Every way in which Postern refuses a request. The texts are those of Django REST framework where it has one. */
export const REFUSALS = {
  bad_target: {
    verb: 'listen',
    status: 400,
    detail: 'Malformed request.',
    meaning:
      'The request target could be read in two ways: dot segments, `//`, a backslash, bad percent-encoding.',
  },
  bad_header: {
    verb: 'listen',
    status: 400,
    detail: 'Malformed request.',
    meaning: 'A header name outside `a-z 0-9 -`, or a header that may stand once was sent twice.',
  },
  bad_host: {
    verb: 'listen',
    status: 400,
    detail: 'Malformed request.',
    meaning: 'No Host header, or one that is not a host name with an optional port.',
  },
  bad_request: {
    verb: 'listen',
    status: 400,
    detail: 'Malformed request.',
    meaning: 'Not HTTP: the parser gave up on it.',
  },
  unknown_expectation: {
    verb: 'listen',
    status: 417,
    detail: 'Unknown expectation.',
    meaning: 'An `Expect` header with something else than `100-continue`.',
  },
  body_too_large: {
    verb: 'listen',
    status: 413,
    detail: 'Request body too large.',
    meaning: 'The body is, or turned out to be, larger than the `body` limit.',
  },
  body_too_slow: {
    verb: 'listen',
    status: 408,
    detail: 'Request timed out.',
    meaning: 'Less than 1 KB of the body arrived within `body_idle`.',
  },
  too_many_requests: {
    verb: 'listen',
    status: 429,
    detail: 'Request was throttled. Expected available in %s.',
    meaning: 'The `guard` counts too many requests from this address.',
  },
  too_many_failed_logins: {
    verb: 'listen',
    status: 429,
    detail: 'Request was throttled. Expected available in %s.',
    meaning: 'The `guard` counts too many refused credentials from this address.',
  },
  headers_too_slow: {
    verb: 'listen',
    status: 408,
    detail: 'Request timed out.',
    meaning: 'The request did not arrive within its time.',
  },
  headers_too_large: {
    verb: 'listen',
    status: 431,
    detail: 'Request header fields too large.',
    meaning: 'More header bytes or more headers than the limit.',
  },
  internal_error: {
    verb: 'listen',
    status: 500,
    detail: 'A server error occurred.',
    meaning: 'A mistake in Postern itself; the request went no further. Please report it.',
  },
  no_route: {
    verb: 'match',
    status: 404,
    detail: 'Not found.',
    meaning: 'No route has this host and path.',
  },
  method_not_allowed: {
    verb: 'match',
    status: 405,
    detail: 'Method "%s" not allowed.',
    meaning: 'The path belongs to a route, but none for this method. `Allow` names those that there are.',
  },
  form_not_allowed: {
    verb: 'match',
    status: 400,
    detail: 'Malformed request.',
    meaning:
      'The request uses a form (encoded slash, semicolon, underscore header …) that the route does not `allow`.',
  },
  foreign_origin: {
    verb: 'match',
    status: 403,
    detail: 'Origin not allowed.',
    meaning:
      'A preflight or an upgrade from a page whose origin the route does not list in `cors`. With a cookie, `*` lists none.',
  },
  upgrade_not_allowed: {
    verb: 'match',
    status: 400,
    detail: 'Malformed request.',
    meaning:
      'An upgrade to WebSocket on a route without `websocket: true`, or one that is not a plain `GET`.',
  },
  not_authenticated: {
    verb: 'authenticate',
    status: 401,
    detail: 'Authentication credentials were not provided.',
    meaning: 'Nobody is asking, and the route needs somebody.',
  },
  bad_credential: {
    verb: 'authenticate',
    status: 401,
    detail: 'Incorrect authentication credentials.',
    meaning: 'An authenticator found its credential in the request, and it is not valid.',
  },
  too_many_passwords: {
    verb: 'authenticate',
    status: 429,
    detail: 'Request was throttled. Expected available in %s.',
    meaning: 'As many passwords from this address wait to be checked as one address may have.',
  },
  csrf_failed: {
    verb: 'authenticate',
    status: 403,
    detail: 'CSRF Failed: %s',
    meaning:
      'A credential came in a cookie, the method changes something, and nothing proves that the page meant it.',
  },
  authenticator_failed: {
    verb: 'authenticate',
    status: 503,
    detail: 'Service temporarily unavailable, try again later.',
    meaning: 'An authenticator could not decide: its store or key source failed, or a record cannot be read.',
  },
  permission_denied: {
    verb: 'permit',
    status: 403,
    detail: 'You do not have permission to perform this action.',
    meaning: 'The permission of the route says no.',
  },
  permission_undecided: {
    verb: 'permit',
    status: 403,
    detail: 'You do not have permission to perform this action.',
    meaning: 'The permission could not be evaluated: a missing field, a type error in an expression.',
  },
  bad_parameter: {
    verb: 'permit',
    status: 400,
    detail: 'Malformed request.',
    meaning:
      'A path parameter that a permission compares is percent-encoded where it need not be, so that it could be read in two ways.',
  },
  throttled: {
    verb: 'throttle',
    status: 429,
    detail: 'Request was throttled. Expected available in %s.',
    meaning: 'A throttle of the route is used up for this caller.',
  },
  throttle_failed: {
    verb: 'throttle',
    status: 503,
    detail: 'Service temporarily unavailable, try again later.',
    meaning: 'The store that counts did not answer.',
  },
  identity_failed: {
    verb: 'identify',
    status: 503,
    detail: 'Service temporarily unavailable, try again later.',
    meaning: 'An identity header could not be made.',
  },
  upstream_unreachable: {
    verb: 'forward',
    status: 502,
    detail: 'Bad gateway.',
    meaning: 'The upstream refused the connection, broke it off or answered with something that is not HTTP.',
  },
  upstream_unavailable: {
    verb: 'forward',
    status: 503,
    detail: 'Service temporarily unavailable, try again later.',
    meaning: 'No upstream can take the request now.',
  },
  upstream_timeout: {
    verb: 'forward',
    status: 504,
    detail: 'Gateway timeout.',
    meaning: 'The upstream did not answer within `timeout`.',
  },
} as const satisfies Record<string, RefusalKind>;

export type RefusalCode = keyof typeof REFUSALS;
