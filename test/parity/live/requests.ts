import fc from 'fast-check';
import type { Limit, Rule, View } from '../player/recording.ts';

const CHAINS = [
  'stock_token',
  'token',
  'session',
  'session_exempt',
  'basic',
  'jwt',
  'jwt_single',
  'remote_user',
  'session+stock_token',
  'stock_token+session',
  'jwt+session+basic',
  'basic+jwt_single+stock_token',
  'token+stock_token',
  'none',
] as const;

const PERMITS: Readonly<Record<string, readonly Rule[]>> = {
  anyone: ['anyone'],
  authenticated: ['authenticated'],
  staff: ['staff'],
  authenticated_or_read: ['authenticated_or_read'],
  member: ['member'],
  'not-authenticated': [{ not: 'authenticated' }],
  'authenticated+member': ['authenticated', 'member'],
  'staff-or-member': [{ any: ['staff', 'member'] }],
  'member-and-not-staff': [{ all: ['member', { not: 'staff' }] }],
  vip: ['vip'],
  'vip+member': ['vip', 'member'],
  'staff-or-vip-and-member': [{ any: ['staff', { all: ['vip', 'member'] }] }],
  'not-vip': [{ not: 'vip' }],
  model: ['model'],
  model_or_anon_read: ['model_or_anon_read'],
};

/** Rules that look at groups or permissions, which the record of a Redis token does not hold. */
const LOOKS_UP = /vip|model/;
const NEEDS_USER = /^(?:authenticated|staff|model)(?:\+|$)/;

const limit = (kind: Limit['kind'], scope: string, rate: string): Limit => ({ kind, scope, rate });
const THROTTLES: Readonly<Record<string, readonly Limit[]>> = {
  none: [],
  anon: [limit('anon', 'anon', '5/m')],
  user: [limit('user', 'user', '3/m')],
  'burst+sustained': [limit('user', 'burst', '2/s'), limit('user', 'sustained', '4/m')],
  'anon+user': [limit('anon', 'anon', '5/m'), limit('user', 'user', '3/m')],
  'user+scoped.uploads': [limit('user', 'user', '3/m'), limit('scoped', 'uploads', '2/m')],
};

/** Every view that may be asked, by its path in the Django project. */
export const VIEWS: Readonly<Record<string, View>> = Object.fromEntries(
  CHAINS.flatMap((chain) =>
    Object.entries(PERMITS)
      .filter(([word]) => !(/^token/.test(chain) && LOOKS_UP.test(word)))
      .filter(([word]) => !(chain === 'none' && NEEDS_USER.test(word)))
      .flatMap(([word, permit]) =>
        Object.entries(THROTTLES).map(([throttle, limits]): [string, View] => [
          `/v/${chain}/${word}/${throttle}/`,
          { chain: chain === 'none' ? [] : chain.split('+'), permit, throttle: limits },
        ]),
      ),
  ),
);

/** What Django gave to the users, and what it never gave to anybody: headers by name. */
export type Wardrobe = Readonly<Record<string, readonly (readonly [string, string])[]>>;

export interface Asked {
  path: string;
  method: string;
  /** Names from the wardrobe; none is nobody. */
  worn: readonly string[];
  /** Seconds since the request before. */
  later: number;
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** What one of the users wears, who may log in. */
const isGood = (name: string) => /^\w+ (?:root|ada|ben|cyd|eve|fay)$/.test(name);

/** The credentials of one kind that a view's chain may read, or any. */
function wornFor(wardrobe: Wardrobe, path: string): fc.Arbitrary<string[]> {
  const names = Object.keys(wardrobe);
  const chain = path.split('/')[2] ?? '';
  const near = names.filter((name) => chain.includes(name.split(' ')[0] ?? ''));
  const one = fc.constantFrom(...(near.length > 0 ? near : names));
  const cookies = names.filter((name) => name.startsWith('session'));
  const others = names.filter((name) => !name.startsWith('session'));
  const good = fc.constantFrom(...(near.some(isGood) ? near.filter(isGood) : names));
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<string[]>([]) },
    { weight: 4, arbitrary: good.map((name) => [name]) },
    { weight: 4, arbitrary: one.map((name) => [name]) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => [name]) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...cookies), fc.constantFrom(...others)).map((two) => [...two]),
    },
  );
}

/** Every view, and once more those that let many in and count them. */
const paths = fc.oneof(
  fc.constantFrom(...Object.keys(VIEWS)),
  fc.constantFrom(...Object.keys(VIEWS).filter((path) => /\/(?:anyone|authenticated)\/[^n]/.test(path))),
);
/** Binary fractions, so that every clock adds them up alike. */
const steps = fc.constantFrom(0, 0, 0, 0.25, 0.5, 1, 1, 5, 29.75, 60);

/** Requests one after the other; several in a row by one caller to one view, so that throttles fill. */
export function sequences(wardrobe: Wardrobe, length: number): fc.Arbitrary<Asked[]> {
  const visit = paths.chain((path) => {
    const worn = wornFor(wardrobe, path);
    return worn.chain((mostly) =>
      fc.array(
        fc.record({
          path: fc.constant(path),
          method: fc.constantFrom(...METHODS),
          worn: fc.oneof({ weight: 4, arbitrary: fc.constant(mostly) }, { weight: 1, arbitrary: worn }),
          later: steps,
        }),
        { minLength: 4, maxLength: 8, size: 'max' },
      ),
    );
  });
  const visits = fc.array(visit, { minLength: length / 4, maxLength: length / 4 });
  return visits.map((several) => several.flat().slice(0, length));
}
