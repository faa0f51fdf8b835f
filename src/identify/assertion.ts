import { SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import Type, { type Static } from 'typebox';
import type { Clock } from '../core/clock.ts';
import { DurationText, parseDuration } from '../core/duration.ts';
import type { Matched } from '../core/exchange.ts';
import type { Maybe } from '../core/maybe.ts';
import type { Assertion } from '../core/rules.ts';
import type { Tools } from '../core/words.ts';
import { readSigningKey, SIGNING_ALGORITHMS, type SigningKey } from './signing-keys.ts';
import { Unshown } from './unshown.ts';

const KeyText = Type.String({
  description: 'A private key: PEM text (`!file` reads it), or the name of a PEM file.',
});

export const SignOptions = Type.Object(
  {
    header: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9-]+$',
        patternErrorMessage: 'a header name is letters, digits and "-"',
        description: 'The header that carries it. Default: X-User-Assertion.',
      }),
    ),
    key: Type.Union([KeyText, Type.Array(KeyText, { minItems: 1 })], {
      description:
        'The key to sign with. Of a list the first signs and all are published, so that keys can be changed without a gap.',
    }),
    algorithm: Type.Optional(
      Type.Union(
        SIGNING_ALGORITHMS.map((name) => Type.Literal(name)),
        { description: 'Default: EdDSA.' },
      ),
    ),
    ttl: Type.Optional(DurationText('How long an assertion holds. Default: 60s.')),
    issuer: Type.Optional(Type.String({ description: 'Its `iss`. Default: postern.' })),
    claims: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Attributes of the user that it carries beside `sub`. Default: username, groups, scopes, is_staff, is_superuser.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'A short-lived JWT that proves to the upstream who is asking and that Postern says so.',
  },
);

/** Claims (RFC 7519 §4.1) that no attribute of a user may set. */
const RESERVED = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);

/** Assertions kept at once, so that a caller's many requests are signed for once. */
const MOST = 10_000;

/** Signs who is asking, for one upstream at a time (`aud`); an assertion is used again for half of its life. */
export class Signer implements Assertion {
  readonly header: string;
  readonly keys: readonly SigningKey[];
  private readonly ttlMs: number;
  private readonly issuer: string;
  private readonly attributes: readonly string[];
  private readonly clock: Clock;
  private readonly unshown: Unshown;
  private readonly made = new LRUCache<string, { token: string; until: number }>({ max: MOST });

  constructor(options: Static<typeof SignOptions>, tools: Tools) {
    const { key, algorithm = 'EdDSA' } = options;
    const list = typeof key === 'string' ? [key] : key;
    this.keys = list.flatMap(
      (text, index) =>
        readSigningKey(text, algorithm, typeof key === 'string' ? ['key'] : ['key', index], tools) ?? [],
    );
    this.header = options.header ?? 'X-User-Assertion';
    this.ttlMs = parseDuration(options.ttl ?? '60s') ?? 0;
    for (const [index, name] of (options.claims ?? []).entries()) {
      if (RESERVED.has(name)) tools.report(['claims', index], `"${name}" is written by Postern itself`);
    }
    if (this.ttlMs < 1_000) tools.report(['ttl'], 'an assertion holds for a second at least');
    this.issuer = options.issuer ?? 'postern';
    this.attributes = options.claims ?? ['username', 'groups', 'scopes', 'is_staff', 'is_superuser'];
    this.clock = tools.clock;
    this.unshown = new Unshown(tools.log);
  }

  /** The assertion for this request's caller and upstream; undefined for callers without an id. */
  assert({ identity, route }: Matched): Maybe<string | undefined> {
    const { user } = identity;
    if (!identity.authenticated || user.id === undefined) return undefined;
    const claims: Record<string, unknown> = { aud: route.forward.upstream };
    for (const name of this.attributes) {
      const value = user[name];
      if (value !== undefined && !this.unshown.has(this.header, `user.${name}`, value)) claims[name] = value;
    }
    const cacheKey = JSON.stringify([user.id, claims]);
    const now = this.clock.now();
    const made = this.made.get(cacheKey);
    return made && now < made.until ? made.token : this.sign(user.id, claims, cacheKey, now);
  }

  private async sign(
    subject: string,
    claims: Record<string, unknown>,
    cacheKey: string,
    now: number,
  ): Promise<string> {
    const [key] = this.keys;
    if (!key) throw new Error('no signing key');
    const seconds = Math.floor(now / 1_000);
    const token = await new SignJWT({
      ...claims,
      iss: this.issuer,
      sub: subject,
      iat: seconds,
      // Rounded up, so that a part of a second is never missing from a short life.
      exp: Math.ceil((now + this.ttlMs) / 1_000),
    })
      .setProtectedHeader({ alg: key.algorithm, kid: key.id, typ: 'JWT' })
      .sign(key.private);
    this.made.set(cacheKey, { token, until: now + this.ttlMs / 2 });
    return token;
  }
}
