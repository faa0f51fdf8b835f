import { LANGUAGES } from '../../../src/core/languages/index.ts';
import type { Limit, Rule, View, World } from './recording.ts';

export interface HouseOptions {
  env: Readonly<Record<string, string>>;
  views: Readonly<Record<string, View>>;
  world: Pick<World, 'secret_key' | 'jwt_key'>;
  upstream: string;
}

type Options = Readonly<Record<string, unknown>>;

/** The Postern file that means what the Django project means with these settings, as JSON, which is YAML. */
export function houseOf(options: HouseOptions): string {
  const { env, views, upstream } = options;
  const extra = anonymousOf(env);
  const throttles: Record<string, unknown> = {};
  const routes = Object.entries(onePerPattern(views)).map(([path, view]) => {
    for (const limit of view.throttle)
      if (limit.rate !== null) throttles[nameOf(limit)] = throttleOf(limit, env);
    return routeOf(path, view, env, extra !== undefined);
  });
  const parsed = {
    guard: 'off',
    ...languagesOf(env),
    trusted_proxies: proxiesOf(env),
    upstreams: { back: upstream },
    users: { key: 'user:{id}' },
    authenticators: { ...authenticatorsOf(options), ...(extra && { anonymous: extra }) },
    permissions: PERMISSIONS,
    ...(Object.keys(throttles).length > 0 && { throttles }),
    routes,
  };
  return JSON.stringify(parsed, null, 1);
}

/** Django offers all that it has; DRF has texts in these. */
function languagesOf(env: HouseOptions['env']): Options {
  const { PARITY_LANGUAGE: language, PARITY_LOCALE: locale } = env;
  if (locale === '1') return { languages: Object.keys(LANGUAGES) };
  return language === undefined ? {} : { language };
}

/** DRF's classes, as the Django project's words name them. */
function authenticatorsOf({ env, world }: HouseOptions): Record<string, Options> {
  const cache = { key_prefix: env.PARITY_CACHE_PREFIX ?? '', version: Number(env.PARITY_CACHE_VERSION ?? 1) };
  const engine = env.PARITY_SESSION_ENGINE ?? 'cache';
  const session = {
    type: 'django-session',
    ...cache,
    engine,
    serializer: env.PARITY_SERIALIZER ?? 'pickle',
    compressor: env.PARITY_COMPRESSOR ?? 'none',
    backends: ['django.contrib.auth.backends.ModelBackend', 'gate.authenticate.KnownRemoteUsers'],
    secret_key: world.secret_key,
  };
  const trusted = (env.PARITY_TRUSTED_ORIGINS ?? '').split(',').filter(Boolean);
  const jwt = {
    type: 'jwt',
    profile: 'simplejwt',
    algorithms: [env.PARITY_JWT_ALGORITHM ?? 'HS256'],
    secret: world.jwt_key,
    leeway: `${env.PARITY_JWT_LEEWAY ?? 0}s`,
    ...(env.PARITY_JWT_AUDIENCE && { audience: env.PARITY_JWT_AUDIENCE }),
    ...(env.PARITY_JWT_ISSUER && { issuer: env.PARITY_JWT_ISSUER }),
  };
  const single = `${env.PARITY_SINGLE_PREFIX ?? 'single'}:${cache.version}:{id}`;
  const keywords = keywordsOf(env).map((scheme) => [`jwt_${scheme}`, { ...jwt, scheme }] as const);
  return {
    token: { type: 'redis-token', key: '{token}', detail: 'invalid token.' },
    stock_token: { type: 'redis-token', key: 'stock:{token}' },
    session: { ...session, csrf: { django: 3, trusted_origins: trusted } },
    session_exempt: { ...session, csrf: 'off' },
    basic: { type: 'basic', key: 'basic:{username}' },
    // Nobody may vouch for users where no proxy is trusted.
    ...(proxiesOf(env).length > 0 && { remote_user: { type: 'remote-user', key: 'basic:{username}' } }),
    ...Object.fromEntries(keywords),
    jwt_single: { ...jwt, single_login: { key: single, format: 'django', sliding: '7200s' } },
  };
}

const PERMISSIONS = {
  authenticated_or_read: 'authenticated-or-read-only',
  model: { model: 'gate.book' },
  model_or_anon_read: { model: 'gate.book', anonymous: 'read-only' },
  vip: { when: '"vip" in user.groups', message: 'Only VIPs may come in here.' },
  member: {
    when: 'has(user.email) && user.email.endsWith("@members.example")',
    message: 'Only members may do this.',
  },
  owner: { owner: 'owner' },
  owner_url: {
    when: 'has(user.id) && params.owner == user.id',
    message: 'This belongs to somebody else.',
  },
};

function routeOf(path: string, view: View, env: HouseOptions['env'], anonymous: boolean): Options {
  const { room } = view;
  return {
    path,
    ...(room === 'ro' && { methods: ['GET', 'OPTIONS'] }),
    authenticate: [...chainOf(view, env), ...(anonymous ? ['anonymous'] : [])],
    permit: view.permit.map(ruleOf),
    throttle: view.throttle.filter(({ rate }) => rate !== null).map(nameOf),
    identify: { 'X-User': '{user.id}' },
    forward: 'back',
  };
}

/** Views that differ in nothing but the owner in the path are one route. */
function onePerPattern(views: Readonly<Record<string, View>>): Record<string, View> {
  const patterns = Object.entries(views).map(([path, view]): [string, View] => [patternOf(path, view), view]);
  return Object.fromEntries(patterns);
}

function patternOf(path: string, { owner }: View): string {
  return owner === undefined ? path : `${path.slice(0, -owner.length - 1)}:owner/`;
}

/** `AUTH_HEADER_TYPES` with several keywords is several authenticators in a row. */
function chainOf({ chain }: View, env: HouseOptions['env']): readonly string[] {
  return chain.flatMap((word) =>
    word === 'jwt' ? keywordsOf(env).map((scheme) => `jwt_${scheme}`) : [word],
  );
}

const keywordsOf = (env: HouseOptions['env']) => (env.PARITY_JWT_KEYWORDS ?? 'Bearer').split(',');

function ruleOf(rule: Rule): unknown {
  if (typeof rule === 'string') return rule;
  if ('any' in rule) return { any: rule.any.map(ruleOf) };
  if ('all' in rule) return { all: rule.all.map(ruleOf) };
  return { not: ruleOf(rule.not) };
}

const nameOf = ({ kind, scope, rate }: Limit) =>
  `${kind}-${scope}-${rate}`.replaceAll(/[^A-Za-z0-9_.-]/g, '_');

/** The same Redis keys as DRF's, so that what is counted can be compared, too. */
function throttleOf({ kind, scope, rate }: Limit, env: HouseOptions['env']): Options {
  const version = Number(env.PARITY_CACHE_VERSION ?? 1);
  return {
    rate,
    ...(kind === 'anon' && { only: 'anonymous' }),
    django: { scope, key_prefix: env.PARITY_CACHE_PREFIX ?? '', version },
  };
}

function anonymousOf(env: HouseOptions['env']): Options | undefined {
  return env.PARITY_ANONYMOUS === 'guest' ? { type: 'anonymous', id: 0, username: 'guest' } : undefined;
}

/** A gateway names its proxies instead of counting them; here there is one, on this machine, or none. */
function proxiesOf(env: HouseOptions['env']): readonly string[] {
  return env.PARITY_NUM_PROXIES === '0' ? [] : ['127.0.0.1'];
}
