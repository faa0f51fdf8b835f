import Type, { type Static } from 'typebox';
import { DurationText, parseDuration } from '../core/duration.ts';
import { parseSize, SizeText } from '../core/size.ts';
import type { Upstream } from '../core/upstream.ts';
import type { Part } from '../core/words.ts';
import { HttpUpstream } from './http-upstream.ts';
import type { UpstreamTools } from './part.ts';
import { parseTarget, type Target } from './target.ts';
import { DirectTransport } from './transport/direct.ts';
import type { Transport, TransportOptions } from './transport/transport.ts';
import { UndiciTransport } from './transport/undici.ts';

/** A server, as text. */
export const ServerUrl = Type.String({
  pattern: '^(https?://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?/?|unix:/[^\\s?#]+)$',
  patternErrorMessage:
    'an upstream is http:// or https://, a host and perhaps a port: paths are cut with strip_prefix, never added',
});

const closed = { additionalProperties: false };

const timeout = Type.Object(
  {
    connect: Type.Optional(DurationText('Until a connection is established. Default: 2s.')),
    response: Type.Optional(DurationText('Until the head of the reply has arrived. Default: 30s.')),
    idle: Type.Optional(DurationText('Between two pieces of the reply. Default: 5m; 0s waits for ever.')),
    websocket: Type.Optional(
      DurationText(
        'How long a WebSocket may carry nothing, in either direction. Default: 1h; 0s is for ever.',
      ),
    ),
  },
  closed,
);

const exactness = (description: string) =>
  Type.Optional(Type.Union([Type.Literal('exact'), Type.Literal('ignored')], { description }));

const options = Type.Object(
  {
    type: Type.Optional(Type.Literal('http')),
    url: Type.Optional(ServerUrl),
    urls: Type.Optional(
      Type.Array(ServerUrl, { minItems: 1, description: 'Several servers, used in turn.' }),
    ),
    timeout: Type.Optional(timeout),
    concurrency: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Requests and WebSockets under way; one more is refused with 503. Default: 1000.',
      }),
    ),
    per_address: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'How many of them one client address may have; a `trusted_proxies` that names no client has no limit of its own. Default: a quarter of `concurrency`, and at least 8.',
      }),
    ),
    keep_alive: Type.Optional(
      DurationText(
        'How long an idle connection to a server is kept; less than the server itself keeps it. Default: 4s; 0s keeps none.',
      ),
    ),
    header_bytes: Type.Optional(SizeText('The largest head of a reply, up to 1MB. Default: 64KB.')),
    transport: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('undici')], {
        description: "How requests are sent: Postern's own HTTP/1.1 client, or undici. Default: auto.",
      }),
    ),
    preserve_host: Type.Optional(
      Type.Boolean({
        description: "Send the client's Host header instead of the upstream's own. Default: false.",
      }),
    ),
    paths: Type.Optional(
      Type.Object(
        {
          case: exactness('Whether `/A` and `/a` are two paths or one.'),
          trailing_slash: exactness('Whether `/a` and `/a/` are two paths or one.'),
        },
        {
          ...closed,
          description: 'How the backend reads paths. What it ignores, matching ignores too. Default: exact.',
        },
      ),
    ),
  },
  { ...closed, description: 'Servers that speak HTTP/1.1.' },
);

type Options = Static<typeof options>;

/** Servers; the one kind that needs no `type`. */
export const http: Part<typeof options, Upstream, UpstreamTools> = {
  name: 'http',
  summary: 'One or more servers that speak HTTP/1.1, used in turn.',
  schema: options,
  create(given, { name, report, keep }) {
    const concurrency = given.concurrency ?? 1_000;
    const limits = limitsOf(given);
    if (limits.headBytes > MOST_HEAD_BYTES) report(['header_bytes'], 'must be at most 1MB');
    const options = {
      name,
      targets: targetsOf(given, report),
      transport: given.transport ?? 'auto',
      limits,
      tunnelIdleMs: milliseconds(given.timeout?.websocket, 3_600_000),
      concurrency,
      perCaller: given.per_address ?? Math.max(Math.ceil(concurrency / 4), LEAST_SHARE),
    };
    return keep('upstream', options, () => upstreamOf(options));
  },
};

/** Each byte of a head is held and read at once. */
const MOST_HEAD_BYTES = 1_048_576;

/** One browser opens six connections to a host. */
const LEAST_SHARE = 8;

function targetsOf({ url, urls }: Options, report: UpstreamTools['report']): Target[] {
  if ((url === undefined) === (urls === undefined)) report([], 'give either "url" or "urls"');
  const texts = urls ?? (url === undefined ? [] : [url]);
  return texts.flatMap((text) => {
    const target = parseTarget(text);
    if (!target) report([], 'this is not a URL');
    return target ?? [];
  });
}

function limitsOf({ timeout, keep_alive, header_bytes }: Options): TransportOptions {
  return {
    connectMs: milliseconds(timeout?.connect, 2_000),
    responseMs: milliseconds(timeout?.response, 30_000),
    idleMs: milliseconds(timeout?.idle, 300_000),
    keepAliveMs: milliseconds(keep_alive, 4_000),
    headBytes: (header_bytes === undefined ? undefined : parseSize(header_bytes)) ?? 65_536,
  };
}

interface Servers {
  name: string;
  targets: readonly Target[];
  transport: 'auto' | 'undici';
  limits: TransportOptions;
  tunnelIdleMs: number;
  concurrency: number;
  perCaller: number;
}

function upstreamOf({
  name,
  targets,
  transport,
  limits,
  tunnelIdleMs,
  concurrency,
  perCaller,
}: Servers): Upstream {
  const transportTo = (target: Target): Transport =>
    transport === 'auto' && !target.secure
      ? new DirectTransport(target, limits)
      : new UndiciTransport(target, { ...limits, connections: concurrency });
  return new HttpUpstream({
    name,
    servers: targets.map((target) => ({ target, transport: transportTo(target) })),
    concurrency,
    perCaller,
    tunnels: { ...limits, idleMs: tunnelIdleMs },
  });
}

function milliseconds(text: string | undefined, unless: number): number {
  return (text === undefined ? undefined : parseDuration(text)) ?? unless;
}
