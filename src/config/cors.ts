import Type, { type Static } from 'typebox';
import { DurationText, parseDuration } from '../core/duration.ts';
import type { Cors } from '../core/route.ts';

export const CorsOptions = Type.Object(
  {
    origins: Type.Array(
      Type.String({
        pattern: '^(\\*|[A-Za-z][A-Za-z0-9+.-]*://(\\*\\.)?[^/\\s?#@*]+)$',
        patternErrorMessage:
          'an origin is scheme://host, perhaps with a port, and no path: https://app.example.com; or "*"',
        explain: (text: string) =>
          /:\/\/.*\*/.test(text)
            ? '"*" stands for all subdomains, before a dot: https://*.example.com'
            : undefined,
      }),
      {
        minItems: 1,
        description:
          'The pages that may read replies: https://app.example.com, https://*.example.com for its subdomains, "*" for all, without credentials.',
      },
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
    expose: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^[A-Za-z0-9_-]+$',
          patternErrorMessage: 'a header name is letters, digits, "-" and "_"',
        }),
        {
          description:
            "Reply headers that pages may read, beside those that the backend's own Access-Control-Expose-Headers names.",
        },
      ),
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
  const origins = given.origins.map(canonicalOrigin);
  return {
    origins: new Set(origins.filter((origin) => !origin.includes('://*.'))),
    subdomains: origins.flatMap((origin) => {
      const [scheme, suffix] = origin.split('*', 2);
      return scheme && suffix ? { scheme, suffix } : [];
    }),
    expose: given.expose?.join(', '),
    methods: (given.methods ?? methods).join(', '),
    headers: (
      given.headers ?? ['Accept', 'Authorization', 'Content-Type', 'X-CSRFToken', 'X-Requested-With']
    ).join(', '),
    credentials,
    maxAgeSeconds: (parseDuration(given.max_age ?? '10m') ?? 0) / 1_000,
  };
}

/** As browsers write it in `Origin`: lower-case, other scripts in punycode, without the scheme's own port. */
function canonicalOrigin(origin: string): string {
  const lower = origin.toLowerCase();
  return /^https?:/.test(lower) && URL.canParse(lower) ? new URL(lower).origin : lower;
}
