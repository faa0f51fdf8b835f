import Type, { type Static } from 'typebox';
import { DurationText, parseDuration } from '../core/duration.ts';
import type { HeadLimits } from '../core/limits.ts';
import type { BodyLimits } from '../core/route.ts';
import { parseSize, SizeText } from '../core/size.ts';

const ofBodies = {
  body: Type.Optional(SizeText('The largest request body, with a Content-Length or without. Default: 1GB.')),
  body_idle: Type.Optional(
    DurationText(
      'In which time at least 1 KB of a body, or its rest, must arrive. Default: 30s; 0s is for ever.',
    ),
  ),
  read_idle: Type.Optional(
    DurationText(
      'How long a client may take to read what of a reply is ready for it. Default: 5m; 0s is for ever.',
    ),
  ),
};

/** A route's own limits. */
export const RouteLimits = Type.Object(ofBodies, {
  additionalProperties: false,
  description: 'What a request to this route may cost.',
});

/** The server's limits: those of bodies hold for routes that do not give their own. */
export const ServerLimits = Type.Object(
  {
    ...ofBodies,
    header_bytes: Type.Optional(SizeText('Request line and headers together. Default: 16KB.')),
    headers: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 2_000, description: 'How many header lines. Default: 100.' }),
    ),
    header_timeout: Type.Optional(DurationText('Until the head of a request has arrived. Default: 10s.')),
    keep_alive: Type.Optional(DurationText('How long an idle connection is kept. Default: 72s.')),
  },
  { additionalProperties: false, description: 'What a request may cost.' },
);

export function headLimits(limits: Static<typeof ServerLimits> = {}): HeadLimits {
  return {
    bytes: parseSize(limits.header_bytes ?? '16KB') ?? 0,
    count: limits.headers ?? 100,
    timeoutMs: parseDuration(limits.header_timeout ?? '10s') ?? 0,
    keepAliveMs: parseDuration(limits.keep_alive ?? '72s') ?? 0,
  };
}

/** A route's limits on bodies: its own, else the server's, else the built-in ones. */
export function bodyLimits(
  own: Static<typeof RouteLimits> = {},
  server: Static<typeof RouteLimits> = {},
): BodyLimits {
  return {
    bytes: parseSize(own.body ?? server.body ?? '1GB') ?? 0,
    idleMs: parseDuration(own.body_idle ?? server.body_idle ?? '30s') ?? 0,
    readMs: parseDuration(own.read_idle ?? server.read_idle ?? '5m') ?? 0,
  };
}
