import Type, { type Static } from 'typebox';
import { authenticators } from '../authenticate/index.ts';
import { UsersOptions } from '../authenticate/users.ts';
import { DurationText } from '../core/duration.ts';
import { METHODS } from '../core/methods.ts';
import { FORMS, type Form } from '../core/target.ts';
import { ServerUrl } from '../forward/http.ts';
import { upstreamParts } from '../forward/index.ts';
import { ThrottleOptions } from '../throttle/sliding-log.ts';
import { CorsOptions } from './cors.ts';
import { GuardOptions } from './guard.ts';
import { Identify } from './identify-spec.ts';
import { languageKeys } from './languages.ts';
import { RouteLimits, ServerLimits } from './limits.ts';
import { OutageText } from './outage.ts';
import { PermissionDefinition, PermissionRef } from './permission-spec.ts';

const closed = { additionalProperties: false };
/** What parts of the file are called by. */
const Name = {
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
  patternErrorMessage: 'a name is letters, digits, "_", "-" and ".", and begins with a letter or digit',
};

const Names = Type.Array(Type.String());

const HostPort = Type.String({
  pattern: '^(\\[[0-9a-fA-F:]+\\]|[^:\\s]*):[0-9]{1,5}$',
  patternErrorMessage: 'an address is host:port, such as 127.0.0.1:8080',
});

/** Text is short for servers with this one URL. */
type UpstreamOptions = string | Static<(typeof upstreamParts)[number]['schema']>;
const Upstream = Type.Unsafe<UpstreamOptions>(
  Type.Union([ServerUrl, ...upstreamParts.map(({ schema }) => schema)]),
);

const Throttle = Type.Union([Type.String({ description: 'A name from `throttles`.' }), ThrottleOptions]);

const Forward = Type.Union([
  Type.String({ description: 'A name from `upstreams`.' }),
  Type.Object(
    {
      upstream: Type.String({ description: 'A name from `upstreams`.' }),
      strip_prefix: Type.Optional(
        Type.String({
          pattern: '^(/[^/\\s?#]+)+$',
          patternErrorMessage: 'a prefix is whole segments, such as /api or /api/v1',
          description: 'Whole segments to cut from the front of the path.',
        }),
      ),
      preserve_host: Type.Optional(
        Type.Boolean({ description: "Replaces the upstream's own `preserve_host`." }),
      ),
      websocket: Type.Optional(
        Type.Boolean({ description: 'Let upgrades to WebSocket through. Default: false.' }),
      ),
      keep_credential: Type.Optional(
        Type.Boolean({ description: 'Forward the accepted credential too. Default: false.' }),
      ),
    },
    closed,
  ),
]);

const EMPTY_PERMIT = 'an empty list says nothing: write "permit: anyone" to let everybody in';

const shared = {
  authenticate: Type.Optional({
    ...Names,
    description: 'Names from `authenticators`, asked in order; [] asks nobody. Default: [].',
  }),
  permit: Type.Optional(
    Type.Union([PermissionRef, Type.Array(PermissionRef, { minItems: 1, emptyErrorMessage: EMPTY_PERMIT })], {
      description: 'Who may; all of a list must hold. Default: authenticated.',
    }),
  ),
  throttle: Type.Optional(
    Type.Union([Throttle, Type.Array(Throttle)], {
      description: 'How often; all are asked, [] asks none. Default: [].',
    }),
  ),
  identify: Type.Optional(Identify),
  on_store_error: Type.Optional(OutageText),
  cache: Type.Optional(
    Type.Literal('private', {
      description:
        'Replies say `Cache-Control: private`, whatever the backend says: no cache may give them to others. Default: as the backend says.',
    }),
  ),
};

const Route = Type.Object(
  {
    id: Type.Optional(Type.String({ ...Name, description: 'Its name in logs. Default: the path.' })),
    host: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'A host name, or `*.` and a name for any below it. Default: every host.',
      }),
    ),
    path: Type.String({ description: '`/books/**` (all below), `/users/:id/orders`, `*` for one segment.' }),
    methods: Type.Optional(
      Type.Array(Type.Union(METHODS.map((method) => Type.Literal(method))), {
        minItems: 1,
        description: 'Default: all of them. GET brings HEAD along.',
      }),
    ),
    allow: Type.Optional(
      Type.Array(Type.Union((Object.keys(FORMS) as Form[]).map((form) => Type.Literal(form))), {
        description:
          'Forms of a request that are refused elsewhere, as backends read them in more than one way.',
      }),
    ),
    ...shared,
    cors: Type.Optional(CorsOptions),
    csrf_exempt: Type.Optional(
      Type.Boolean({ description: 'Ask no CSRF proof of credentials in cookies. Default: false.' }),
    ),
    limits: Type.Optional(RouteLimits),
    forward: Forward,
  },
  closed,
);

/** The whole file. Types, validation, editor help and the reference come from here. */
export const FileSchema = Type.Object(
  {
    version: Type.Optional(Type.Literal(1, { description: 'The version of this format.' })),
    listen: Type.Optional({
      ...HostPort,
      description: 'Where requests are taken. Default: 127.0.0.1:8080; POSTERN_LISTEN overrides.',
    }),
    admin: Type.Optional({
      ...HostPort,
      description: 'Where health is told. Default: 127.0.0.1:8081; POSTERN_ADMIN overrides.',
    }),
    redis: Type.Optional(
      Type.String({
        description:
          'Where tokens and counters are: `redis://[user:password@]host[:port][/db]`, `rediss://` for TLS, or `unix:///path/to/redis.sock?db=0`. Characters such as `/`, `#`, `?`, `@` and `%` in a password are percent-encoded. REDIS_URL overrides.',
      }),
    ),
    store: Type.Optional(
      Type.Literal('memory', {
        description: 'Keep state in this process instead of Redis: nothing is shared, nothing is kept.',
      }),
    ),
    records: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'What `store: memory` holds at start, by key: text, or a map that stands for JSON.',
      }),
    ),
    trusted_proxies: Type.Optional({
      ...Names,
      description:
        'Networks (10.0.0.0/8) whose X-Forwarded-For, -Proto and X-Request-Id are believed. Default: none.',
    }),
    trusted_headers: Type.Optional(
      Type.Array(Type.Union([Type.Literal('x-forwarded-host'), Type.Literal('x-forwarded-port')]), {
        description:
          'What else is believed of trusted proxies: the host and the port that the client asked for. Default: none.',
      }),
    ),
    log: Type.Optional(
      Type.Object(
        {
          access: Type.Optional(
            Type.Union([Type.Literal('on'), Type.Literal('off')], {
              description: 'One line per request. Default: on.',
            }),
          ),
          level: Type.Optional(
            Type.Union(
              (['error', 'warn', 'info'] as const).map((level) => Type.Literal(level)),
              { description: 'The least serious lines that are written. Default: info.' },
            ),
          ),
          format: Type.Optional(
            Type.Union(
              (['auto', 'json', 'pretty'] as const).map((format) => Type.Literal(format)),
              {
                description:
                  '`json`: one object a line. `pretty`: columns for people. Default: auto, which is pretty on a terminal.',
              },
            ),
          ),
        },
        closed,
      ),
    ),
    ...languageKeys,
    drain: Type.Optional(
      Type.Object(
        {
          delay: Type.Optional(
            DurationText(
              'After SIGTERM, how long requests are still taken while readiness says no. Default: 3s.',
            ),
          ),
          timeout: Type.Optional(
            DurationText('After that, how long requests in flight may take. Default: 25s.'),
          ),
        },
        closed,
      ),
    ),
    limits: Type.Optional(ServerLimits),
    guard: Type.Optional(GuardOptions),
    try: Type.Optional({
      ...Names,
      description: 'Commands to print at start, for people who try the file out.',
    }),
    upstreams: Type.Record(Type.String(Name), Upstream, {
      propertyNames: Name,
      description: 'The backends, by name.',
    }),
    users: Type.Optional(UsersOptions),
    authenticators: Type.Optional(
      Type.Record(Type.String(Name), Type.Union(authenticators.map(({ schema }) => schema)), {
        propertyNames: Name,
        description: 'Ways to tell who is asking, by name.',
      }),
    ),
    permissions: Type.Optional(
      Type.Record(Type.String(Name), PermissionRef, {
        propertyNames: Name,
        description: 'Permissions of your own, by name.',
      }),
    ),
    throttles: Type.Optional(
      Type.Record(Type.String(Name), ThrottleOptions, {
        propertyNames: Name,
        description: 'Limits by name; routes that name the same one share its counters.',
      }),
    ),
    defaults: Type.Optional(
      Type.Object(shared, {
        ...closed,
        description: "What routes have that do not say otherwise; a route's own key replaces it whole.",
      }),
    ),
    routes: Type.Array(Route, { minItems: 1, description: 'What is let in. The order does not matter.' }),
  },
  { ...closed, $defs: { permission: PermissionDefinition }, title: 'Postern routes' },
);

export type FileConfig = Static<typeof FileSchema>;
export type RouteConfig = FileConfig['routes'][number];
export type UpstreamConfig = FileConfig['upstreams'][string];
