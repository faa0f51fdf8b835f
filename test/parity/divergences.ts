/** Where Postern means to differ from Django REST framework. */
export interface Divergence {
  /** What DRF does. */
  drf: string;
  /** What Postern does instead. */
  postern: string;
  why: string;
}

/** The table of docs/divergences.md; each row is shown by at least one test. */
export const DIVERGENCES = {
  'throttles-are-atomic': {
    drf: 'Reads the history, decides, writes it back: requests that arrive together are admitted beyond the rate.',
    postern: 'Decides in Redis, one request after the other: never more than the rate.',
    why: 'A limit that a burst can pass is none.',
  },
  'bad-rates': {
    drf: 'A rate such as `3/M`, `3/10s` or `x/m` is a 500 at each request; `-1/m` refuses everybody; `007/m` and `1_0/m` are read, and `3/month` as three a minute.',
    postern: 'Refused when the file loads.',
    why: 'A slip in a limit shows when it is made, and a number has one spelling.',
  },
  'wait-unnamed': {
    drf: 'A 429 whose wait it cannot tell (more requests in the history than the rate allows) names none.',
    postern: 'Names the time until enough have left the window, in `Retry-After` and in the sentence.',
    why: 'Clients that are not told when to come back come back at once.',
  },
  'wait-within-the-window': {
    drf: 'After its clock was set back, names a wait that is longer than the window.',
    postern: 'Names the window at most.',
    why: 'By then the history has expired.',
  },
  'history-of-floats': {
    drf: 'Counts on with integers in a history, and in one that `COMPRESSOR` has compressed; fails with 500 on what is no list.',
    postern:
      '503, and the key stays as it is. Read are pickles of protocols 0 to 5, JSON and MessagePack, up to 1 MB (text up to 256 KB).',
    why: 'What is not understood is not overwritten; DRF itself writes floats only.',
  },
  'trusted-proxies': {
    drf: '`NUM_PROXIES` counts hops, or takes `X-Forwarded-For` whole; whatever stands there is an address.',
    postern:
      '`trusted_proxies` names the proxies: the address is the rightmost that is none of them; what is no address ends the search; ports and brackets are cut off.',
    why: 'A client cannot choose its counter, and one more hop changes nothing.',
  },
  'token-names-no-key': {
    drf: 'An app that takes the bare token for the Redis key lets a token name any key of the database.',
    postern: 'With `key: "{token}"` a token is 40 hexadecimal digits unless the file says otherwise.',
    why: 'Sessions, counters and caches in the same database are no tokens.',
  },
  'inactive-records': {
    drf: 'An app that makes a user of the record does not look at `is_active`.',
    postern: 'A record that says inactive is refused: `User inactive or deleted.`',
    why: 'Whoever writes `is_active: false` means it.',
  },
  'weak-hashes': {
    drf: 'Basic authentication accepts passwords hashed with MD5, SHA-1 or crypt where `PASSWORD_HASHERS` lists them.',
    postern: '401: such a hash lets nobody in, nor does one that costs more than two seconds or 256 MiB.',
    why: 'Fast hashes are guessed in no time. A login through Django rehashes them.',
  },
  'unreadable-records': {
    drf: '500 for a record that is no JSON object; a record without an id is a user without one.',
    postern:
      '503 for what cannot be read or has no id, 401 where no user is named; a bare id is looked up in `users`.',
    why: 'A broken record is nobody, and a mistake of the operator, not of the client.',
  },
  'token-records-decide': {
    drf: 'An app may look up what the record lacks (groups, permissions) in its database.',
    postern: 'A record with more than an id is all that rules see, unless `users: merge` completes it.',
    why: 'One look-up a request is the default. `users: merge` makes it two, as the app does.',
  },
  'two-authorization-headers': {
    drf: 'The server joins them with a comma; the first word decides.',
    postern: '400.',
    why: 'The gateway and the app could each believe another one.',
  },
  'control-characters': {
    drf: 'Vertical tab and form feed separate the keyword from the token.',
    postern: '400.',
    why: 'They may not stand in a header (RFC 9110, section 5.5).',
  },
  'underscores-in-headers': {
    drf: 'Under WSGI `X_CSRFToken` is `X-CSRFToken`, and `X_Remote_User` is `X-Remote-User`.',
    postern: '400.',
    why: 'Two names for one header are one too many.',
  },
  'optional-whitespace': {
    drf: 'Under gunicorn, spaces around a header belong to its value.',
    postern: 'They do not (RFC 9110, section 5.5).',
    why: 'A proxy between may cut them off.',
  },
  'two-session-cookies': {
    drf: 'The last of two cookies of the same name counts.',
    postern: 'Refused: `Incorrect authentication credentials.` The cookies are left alone.',
    why: 'Whoever can set a cookie on a parent domain could choose the session.',
  },
  'cookie-headers': {
    drf: 'The server joins two `Cookie` headers with a comma, and what stands around it is lost.',
    postern: 'Joins them with a semicolon.',
    why: 'HTTP/2 splits them, and this is how they are put together (RFC 9113, section 8.2.3).',
  },
  'sessions-are-not-written': {
    drf: 'A session whose hash no longer fits is deleted; `SESSION_SAVE_EVERY_REQUEST` prolongs it at each request.',
    postern: 'Tells the browser to drop the cookie, and writes nothing.',
    why: 'Sessions are the app’s; the gateway reads them.',
  },
  'session-nonsense': {
    drf: '500 for a session that is no dict, or names a user that is no number.',
    postern: 'Such a session knows nobody.',
    why: 'As any other session that leads to nobody.',
  },
  'unreadable-sessions': {
    drf: 'A value that cannot be read is an empty session, and the cookie is deleted.',
    postern: 'Such a session knows nobody; the cookie stays, and the log warns.',
    why: 'The app may read what Postern cannot, such as with another `serializer`: one wrong word in the file must not log everybody out.',
  },
  'sessions-in-the-database': {
    drf: 'With `cached_db`, a session that is not in the cache is looked up in the database; if it is not there either, the cookie is deleted.',
    postern: 'Such a session knows nobody until the app has read it again; the cookie stays.',
    why: 'Postern does not ask the database, so it cannot tell that the session is over.',
  },
  'ids-are-text': {
    drf: 'Ids go through `int()`: ` 2`, 2.5 and true are users 2, 2 and 1; what is no number is a 500.',
    postern: 'Ids are compared as text: these are nobody. In a JWT an id is text or a number.',
    why: 'Two spellings of one user would be two counters, two owners.',
  },
  'csrf-form-field': {
    drf: 'For POST the form field `csrfmiddlewaretoken` goes before the header.',
    postern: 'The header alone counts.',
    why: 'A gateway that streams reads no bodies; send the header.',
  },
  'bodies-are-not-read': {
    drf: 'Views that read the body, and the CSRF check of a POST, answer 400 to bad JSON and 415 to unknown types.',
    postern: 'Forwards them; a CSRF refusal comes first.',
    why: 'What a body may be is the app’s to say.',
  },
  'negotiation-is-the-apps': {
    drf: '406 before anything else, where no renderer fits `Accept`.',
    postern: 'Does not look at `Accept`; refusals are JSON.',
    why: 'What an app can answer is the app’s to say.',
  },
  'methods-first': {
    drf: '405 comes after authentication, permission and throttle, and is counted.',
    postern: '405 comes first, and is not counted.',
    why: 'No route, nobody to ask; the methods of a route are no secret.',
  },
  'allow-with-405': {
    drf: 'Every reply has `Allow`.',
    postern: 'Only a 405 has.',
    why: 'It belongs there (RFC 9110, section 15.5.6).',
  },
  'json-404': {
    drf: 'A path that nobody serves is Django’s HTML page.',
    postern: '`{"detail": "Not found."}`',
    why: 'One shape for every refusal.',
  },
  'object-rules': {
    drf: 'The object is looked up after the throttles: 404 if there is none, then its own permission is asked, through `int()`; `~` and `&` over it refuse more than they say.',
    postern:
      '`owner` compares the path with the user before the throttles: 403 for any other; what is there is the app’s to say.',
    why: 'A gateway has no objects; one that is refused does not learn what exists.',
  },
  'encoded-parameters': {
    drf: 'Path parameters are percent-decoded before they are compared.',
    postern: 'A parameter that `owner` compares is encoded only where it must be, in upper case: else 400.',
    why: 'The app could read it in another way.',
  },
  'nobody-at-load': {
    drf: 'A view without authenticators and a permission that needs a user refuses everybody.',
    postern: 'Refused when the file loads.',
    why: 'Nobody means that.',
  },
  'other-anonymous-users': {
    drf: 'With `UNAUTHENTICATED_USER` None or another class, permissions that expect Django’s fail: 403 or 500.',
    postern: 'An anonymous caller is one for every permission, whatever its id.',
    why: 'A rule reads the same under every setting.',
  },
  'jwt-nonsense': {
    drf: '500 for dates that are no numbers and ids that are none.',
    postern: '401 as for any other bad token.',
    why: 'The token is at fault.',
  },
  'jwt-padding': {
    drf: 'A token with `=` at its end is accepted.',
    postern: '401.',
    why: 'A JWT has no padding (RFC 7515, section 2); one token, one spelling.',
  },
  'jwt-critical': {
    drf: '`crit` is ignored; of a member that stands twice the last one counts.',
    postern: '401.',
    why: 'RFC 7515, sections 4 and 4.1.11: what is critical and not understood is refused.',
  },
  'single-login-text': {
    drf: 'Compares the newest token with one that it encodes anew from the claims.',
    postern: 'Compares it with the token that was sent.',
    why: 'They are the same for tokens that Django issued.',
  },
  'redis-down': {
    drf: 'Tokens, throttles and single login answer 500; a session reads as anonymous, and its cookie is deleted.',
    postern: '503 with `Retry-After`, or what `on_store_error` says; no cookie is touched.',
    why: 'An outage is no logout.',
  },
  'short-session-cookies': {
    drf: 'Deletes a session cookie shorter than 8 on every view.',
    postern: 'Only where the session is looked at.',
    why: 'Other routes do not read cookies.',
  },
  'languages-offered': {
    drf: '`Content-Language` is one of Django’s languages, regions included, even where DRF has no texts in it.',
    postern:
      'One of `languages`, in which there are texts: `pt` is `pt-br`, `es-MX` is `es`, `zh-TW` is English.',
    why: 'It names the language that is spoken.',
  },
  'language-cookie': {
    drf: 'The cookie `django_language` goes before `Accept-Language`.',
    postern: 'Does not read it.',
    why: '`Vary: Accept-Language` would not be the truth for caches.',
  },
  'languages-of-ones-own': {
    drf: 'LocaleMiddleware marks every reply with `Vary` and `Content-Language`.',
    postern: 'Marks its own answers; the app’s are the app’s.',
    why: 'Only the app knows in which language it spoke.',
  },
  'nobody-is-absent': {
    drf: 'The app sees an `AnonymousUser`.',
    postern: 'The app sees no `X-User`, unless `anonymous` gives an id.',
    why: 'No header can be mistaken for a name.',
  },
} as const satisfies Readonly<Record<string, Divergence>>;

export type DivergenceId = keyof typeof DIVERGENCES;
