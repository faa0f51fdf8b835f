import Type, { type Static } from 'typebox';
import type { Matched } from '../core/exchange.ts';
import type { Identity } from '../core/identity.ts';
import { type Maybe, then } from '../core/maybe.ts';
import type { Stored } from '../core/store.ts';
import { InactiveUser, readUser } from '../core/user.ts';
import type { Users } from '../core/users.ts';
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
import { sessionHashMatches } from '../django/session-hash.ts';
import { Undecodable } from '../django/undecodable.ts';
import { cookieValues } from './credential.ts';
import { type CsrfCheck, CsrfOptions, csrfCheck } from './csrf.ts';
import { Remembered } from './remembered.ts';
import { chosenUsers, usersChoice } from './users-choice.ts';

const options = Type.Object(
  {
    type: Type.Literal('django-session'),
    cookie: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]+$',
        patternErrorMessage: 'a cookie name is letters, digits, _ and -',
        description: 'SESSION_COOKIE_NAME. Default: sessionid.',
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
    csrf: Type.Optional(CsrfOptions),
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
    this.tools = tools;
    this.cookie = given.cookie ?? 'sessionid';
    this.noCookie = skip(`no cookie ${this.cookie}`);
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
    const [key, ...others] = cookieValues(exchange, this.cookie);
    if (key === undefined) return this.noCookie;
    if (others.length > 0) return deny(`more than one cookie ${this.cookie}`);
    if (!SESSION_KEY.test(key)) return this.dropCookie('malformed session key');
    const { staleMs } = exchange.route.onStoreError;
    return then(this.sessions.read(this.prefix + key, staleMs), (stored) => {
      const session = this.entriesOf(stored);
      if (!session) return this.dropCookie('no such session');
      const id = this.userIdIn(session);
      return id === undefined
        ? skip('the session has no user')
        : this.identify(exchange, id, session.get('_auth_user_hash'), staleMs);
    });
  }

  /** Tells the browser to drop a cookie that leads to no session, as Django's middleware does. */
  private dropCookie(reason: string): Skip {
    const gone = 'expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax';
    return skip(reason, ['set-cookie', `${this.cookie}=""; ${gone}`]);
  }

  /** A session that is gone or cannot be read is no session, as in Django: the request goes on without a user. */
  private entriesOf(stored: Stored | undefined): ReadonlyMap<unknown, unknown> | undefined {
    if (!(stored instanceof Uint8Array)) return undefined;
    try {
      const value = decodeCacheValue(stored, this.format);
      return value instanceof Map ? value : undefined;
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      this.tools.log.warn({ authenticator: this.name, reason: error.message }, 'session cannot be read');
      return undefined;
    }
  }

  private userIdIn(session: ReadonlyMap<unknown, unknown>): string | undefined {
    const id = session.get('_auth_user_id');
    if (typeof id !== 'string' && typeof id !== 'number') return undefined;
    const backend = session.get('_auth_user_backend');
    return this.backends && !this.backends.includes(String(backend)) ? undefined : String(id);
  }

  private identify(exchange: Matched, id: string, hash: unknown, staleMs: number): Maybe<Answer> {
    const { users } = this;
    return then(users ? users.find(id, staleMs) : { id }, (record) => {
      // Checked before the hash, so that the cookie of an inactive user stays.
      const identity = record && this.identityOf(record);
      if (!identity) return skip(record ? 'the user is inactive' : 'no such user');
      if (!this.hashFits(record, hash)) return this.dropCookie('the password has changed since');
      return this.csrf(exchange) ?? accept(identity);
    });
  }

  /** A password change ends the sessions made before it; without a secret key or a password there is nothing to compare. */
  private hashFits({ password }: Readonly<Record<string, unknown>>, hash: unknown): boolean {
    if (this.secretKeys.length === 0) return true;
    if (typeof password !== 'string' || typeof hash !== 'string') return false;
    return sessionHashMatches(hash, { password, secretKeys: this.secretKeys, sha1: true });
  }

  /** An inactive user's session knows nobody, and revives with the user. */
  private identityOf(record: Readonly<Record<string, unknown>>): Identity | undefined {
    try {
      const user = readUser(record, this.tools.fields);
      return { user, authenticated: true, by: this.name, credential: { in: 'cookie', name: this.cookie } };
    } catch (error) {
      if (error instanceof InactiveUser) return undefined;
      throw error;
    }
  }
}
