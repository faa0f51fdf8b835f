import Type, { type Static } from 'typebox';
import type { Matched } from '../core/exchange.ts';
import type { Credential } from '../core/identity.ts';
import { type Maybe, then } from '../core/maybe.ts';
import type { Stored } from '../core/store.ts';
import { INACTIVE, readUser } from '../core/user.ts';
import type { UserRecord, Users } from '../core/users.ts';
import {
  type Answer,
  type Authenticator,
  accept,
  deny,
  type Part,
  type Skip,
  skip,
  type Tools,
} from '../core/words.ts';
import { decodeCacheValue, SERIALIZERS } from '../django/cache-value.ts';
import { COMPRESSORS } from '../django/compression.ts';
import { endedCookie } from '../django/ended-cookie.ts';
import { sessionHashMatches } from '../django/session-hash.ts';
import { Undecodable } from '../django/undecodable.ts';
import { CREDENTIAL_NAME, cookieValues } from './credential.ts';
import { type CsrfCheck, csrfCheck, type Session, SessionCsrfOptions } from './csrf.ts';
import { Remembered } from './remembered.ts';
import { chosenUsers, usersChoice } from './users-choice.ts';

const SAME_SITE = ['Lax', 'Strict', 'None'] as const;

const options = Type.Object(
  {
    type: Type.Literal('django-session'),
    cookie: Type.Optional(
      Type.String({
        ...CREDENTIAL_NAME,
        description: 'SESSION_COOKIE_NAME. Default: sessionid.',
      }),
    ),
    cookie_domain: Type.Optional(
      Type.String({
        pattern: '^\\.?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$',
        patternErrorMessage: 'a domain is a host name, perhaps with a dot before it: .example.com',
        description: 'SESSION_COOKIE_DOMAIN, so that a cookie can be ended. Default: none.',
      }),
    ),
    cookie_path: Type.Optional(
      Type.String({
        pattern: '^/[!-:<-~]*$',
        patternErrorMessage: 'a path begins with "/" and has neither ";" nor blanks',
        description: 'SESSION_COOKIE_PATH. Default: /.',
      }),
    ),
    cookie_samesite: Type.Optional(
      Type.Union([...SAME_SITE.map((word) => Type.Literal(word)), Type.Literal(false)], {
        description: 'SESSION_COOKIE_SAMESITE; false for no such attribute. Default: Lax.',
      }),
    ),
    key_prefix: Type.Optional(Type.String({ description: "The cache's KEY_PREFIX. Default: none." })),
    version: Type.Optional(Type.Integer({ minimum: 0, description: "The cache's VERSION. Default: 1." })),
    engine: Type.Optional(
      Type.Union([Type.Literal('cache'), Type.Literal('cached_db')], {
        description: 'SESSION_ENGINE: django.contrib.sessions.backends.<this>. Default: cache.',
      }),
    ),
    serializer: Type.Optional(
      Type.Union(
        [...SERIALIZERS, 'auto'].map((name) => Type.Literal(name)),
        {
          description:
            "The cache's SERIALIZER (SESSION_SERIALIZER has no say here). Default: auto, by the first bytes.",
        },
      ),
    ),
    compressor: Type.Optional(
      Type.Union(
        [...COMPRESSORS, 'auto'].map((name) => Type.Literal(name)),
        {
          description: "The cache's COMPRESSOR. Default: auto, by the first bytes.",
        },
      ),
    ),
    backends: Type.Optional(
      Type.Array(Type.String(), {
        description: 'AUTHENTICATION_BACKENDS: sessions made by others know nobody. Default: any.',
      }),
    ),
    secret_key: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
        description:
          "SECRET_KEY, or a list with SECRET_KEY_FALLBACKS after it. With it and a `password` in the user's record, a session ends when the password changes.",
      }),
    ),
    users: usersChoice(
      'Where the user of a session is looked up: true for the source of the file, the name of one, or false for the id alone. Default: true, if the file has a source.',
    ),
    csrf: Type.Optional(SessionCsrfOptions),
  },
  { additionalProperties: false },
);

/** Cookie sessions that Django keeps in Redis, with CSRF as DRF's SessionAuthentication asks for it. */
export const djangoSession: Part<typeof options, Authenticator> = {
  name: 'django-session',
  summary: "Django's cookie session in Redis (django-redis, or Django's own cache), with its CSRF check.",
  schema: options,
  needsStore: () => true,
  create: (given, tools) => new DjangoSession(given, tools),
};

/** As Django makes them: 32 of lower-case letters and digits. Nothing else can name a session, nor any other key. */
const SESSION_KEY = /^[a-z0-9]{32}$/;

class DjangoSession implements Authenticator {
  name = djangoSession.name;
  readonly identifies = true;
  /** The answer depends on the cookie even where there is none. */
  readonly vary = 'Cookie';
  private readonly cookie: string;
  private readonly credential: Credential;
  /** Header lines that end the cookie in the browser. */
  private readonly end: readonly string[];
  /** Redis holds every session: one that is not there is gone, and its cookie leads nowhere. */
  private readonly complete: boolean;
  private readonly noCookie: Skip;
  private readonly prefix: string;
  private readonly format: Parameters<typeof decodeCacheValue>[1];
  private readonly backends: readonly string[] | undefined;
  private readonly secretKeys: readonly string[];
  private readonly csrf: CsrfCheck;
  private readonly sessions: Remembered;
  private readonly users: Users | undefined;
  private readonly tools: Tools;

  constructor(given: Static<typeof options>, tools: Tools) {
    const { key_prefix = '', version = 1, engine = 'cache', secret_key: secret = [] } = given;
    const { cookie = 'sessionid', cookie_samesite: sameSite = 'Lax' } = given;
    this.tools = tools;
    this.cookie = cookie;
    this.credential = { in: 'cookie', name: cookie };
    this.end = [
      'set-cookie',
      endedCookie({
        name: cookie,
        domain: given.cookie_domain,
        path: given.cookie_path ?? '/',
        sameSite: sameSite || undefined,
      }),
    ];
    this.complete = engine === 'cache';
    this.noCookie = skip(`no cookie ${cookie}`);
    this.prefix = `${key_prefix}:${version}:django.contrib.sessions.${engine}`;
    this.format = {
      serializer: given.serializer ?? 'auto',
      compressor: given.compressor ?? 'auto',
    } as typeof this.format;
    this.backends = given.backends;
    this.secretKeys = typeof secret === 'string' ? [secret] : secret;
    this.csrf = csrfCheck(given.csrf);
    this.sessions = new Remembered(tools.store, tools.clock);
    this.users = chosenUsers(given.users, true, tools);
    if (this.secretKeys.length > 0 && !this.users && !tools.users.incomplete) {
      tools.report(
        ['secret_key'],
        'the password hash that sessions are checked against is in the user\'s record: say where in "users"',
      );
    }
  }

  authenticate(exchange: Matched): Maybe<Answer> {
    // A cookie that was set for two paths arrives twice; of one value, it is one session.
    const [key, ...others] = new Set(cookieValues(exchange, this.cookie));
    if (key === undefined) return this.noCookie;
    if (others.length > 0) return deny(`more than one cookie ${this.cookie}`);
    if (!SESSION_KEY.test(key)) return this.gone('malformed session key');
    const { staleMs } = exchange.route.onStoreError;
    return then(this.sessions.read(this.prefix + key, staleMs), (stored) => {
      // The embedded store has empty values, which hold no session either.
      if (stored === undefined || isEmpty(stored)) return this.gone('no such session');
      const session = this.sessionIn(stored);
      if (!session) return skip('the session cannot be read');
      const id = this.userIdIn(session);
      return id === undefined
        ? skip('the session has no user')
        : this.identify(exchange, id, session, staleMs);
    });
  }

  /** Not in Redis. The session is over, unless Django has sessions elsewhere too. */
  private gone(reason: string): Skip {
    return this.complete ? skip(reason, this.end) : skip(`${reason} in Redis; Django's database may have it`);
  }

  /**
   * Undefined for what cannot be read: then nobody is known here, but Django may know better, so the cookie stays. One
   * wrong word in the file must not log everybody out.
   */
  private sessionIn(stored: Stored): Session | undefined {
    try {
      const value = stored instanceof Uint8Array ? decodeCacheValue(stored, this.format) : stored;
      if (value instanceof Map) return value;
      this.warn('the value is not a dict');
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      this.warn(error.message);
    }
    return undefined;
  }

  private warn(reason: string): void {
    this.tools.log.warn({ authenticator: this.name, reason }, 'session cannot be read');
  }

  private userIdIn(session: Session): string | undefined {
    const id = session.get('_auth_user_id');
    const named = typeof id === 'string' || typeof id === 'bigint' || Number.isSafeInteger(id);
    if (!named || id === '') return undefined;
    const backend = session.get('_auth_user_backend');
    return this.backends && !this.backends.includes(String(backend)) ? undefined : String(id);
  }

  private identify(exchange: Matched, id: string, session: Session, staleMs: number): Maybe<Answer> {
    const { users } = this;
    return then(users ? users.find(id, staleMs) : { id }, (record) => {
      if (!record) return skip('no such user');
      const user = readUser(record, this.tools.fields);
      // The session revives with the user, so this comes before the hash, which could end it.
      if (user === INACTIVE) return skip('the user is inactive');
      const refused = this.hashProblem(record, session) ?? this.csrf(exchange, session);
      return refused ?? accept({ user, authenticated: true, by: this.name, credential: this.credential });
    });
  }

  /** A password change ends the sessions made before it. Without a secret key there is nothing to compare. */
  private hashProblem({ password }: UserRecord, session: Session): Skip | undefined {
    if (this.secretKeys.length === 0) return undefined;
    if (typeof password !== 'string') {
      this.warn("secret_key is set, and the user's record has no password to check the session against");
      return skip('the record has no password to check the session against');
    }
    const hash = session.get('_auth_user_hash');
    const fits =
      typeof hash === 'string' &&
      sessionHashMatches(hash, { password, secretKeys: this.secretKeys, sha1: true });
    return fits ? undefined : skip('the password has changed since', this.end);
  }
}

function isEmpty(stored: Stored): boolean {
  return stored instanceof Uint8Array && stored.byteLength === 0;
}
