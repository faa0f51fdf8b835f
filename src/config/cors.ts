import Type, { type Static } from 'typebox';
import { DurationText, parseDuration } from '../core/duration.ts';
import type { Cors } from '../core/route.ts';

export const CorsOptions = Type.Object(
  {
    origins: Type.Array(
      Type.String({
        pattern: '^(\\*|[a-z][a-z0-9+.-]*://[^/\\s?#@]+)$',
        patternErrorMessage:
          'an origin is scheme://host, perhaps with a port, and no path: https://app.example.com; or "*"',
      }),
      { minItems: 1, description: 'The pages that may read replies; "*" for all, without credentials.' },
    ),
    methods: Type.Optional(
      Type.Array(Type.String(), { description: "What preflights are told. Default: the route's methods." }),
    ),
    headers: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Request headers that pages may set. Default: Accept, Authorization, Content-Type, X-CSRFToken, X-Requested-With.',
      }),
    ),
    credentials: Type.Optional(Type.Boolean({ description: 'Whether cookies may be sent. Default: false.' })),
    max_age: Type.Optional(DurationText('How long browsers remember the answer. Default: 10m.')),
  },
  {
    additionalProperties: false,
    description: 'Browsers of other origins: preflights are answered here, all else is authenticated.',
  },
);

/** The compiled policy, or a sentence for the operator. */
export function compileCors(given: Static<typeof CorsOptions>, methods: readonly string[]): Cors | string {
  const credentials = given.credentials ?? false;
  if (credentials && given.origins.includes('*'))
    return 'with credentials, every origin must be named: "*" would let any page act as its visitor';
  return {
    origins: new Set(given.origins.map((origin) => origin.toLowerCase())),
    methods: (given.methods ?? methods).join(', '),
    headers: (
      given.headers ?? ['Accept', 'Authorization', 'Content-Type', 'X-CSRFToken', 'X-Requested-With']
    ).join(', '),
    credentials,
    maxAgeSeconds: (parseDuration(given.max_age ?? '10m') ?? 0) / 1_000,
  };
}
