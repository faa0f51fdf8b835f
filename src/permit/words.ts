import type { Matched } from '../core/exchange.ts';
import { SAFE_METHODS } from '../core/methods.ts';
import type { Permission } from '../core/words.ts';
import { verdict, YES } from './verdict.ts';

interface Word {
  summary: string;
  needsUser: boolean;
  permits(exchange: Matched): boolean;
  /** What the operator reads of a caller to whom it says no. */
  no: string;
}

/** The permissions that are one word in the YAML. */
export const WORDS = {
  anyone: {
    summary: 'Everybody, known or not (DRF: AllowAny).',
    needsUser: false,
    permits: () => true,
    no: 'always true',
  },
  authenticated: {
    summary: 'Everybody who is known (DRF: IsAuthenticated).',
    needsUser: true,
    permits: ({ identity }) => identity.authenticated,
    no: 'the caller is unknown',
  },
  'authenticated-or-read-only': {
    summary: 'Everybody for GET, HEAD and OPTIONS, the known for the rest (DRF: IsAuthenticatedOrReadOnly).',
    needsUser: false,
    permits: ({ identity, method }) => identity.authenticated || SAFE_METHODS.has(method),
    no: 'the caller is unknown, and the method is not a safe one',
  },
  staff: {
    summary: 'Users with `is_staff` (DRF: IsAdminUser).',
    needsUser: true,
    permits: ({ identity }) => identity.authenticated && identity.user.is_staff,
    no: 'user.is_staff is false',
  },
  superuser: {
    summary: 'Users with `is_superuser`.',
    needsUser: true,
    permits: ({ identity }) => identity.authenticated && identity.user.is_superuser,
    no: 'user.is_superuser is false',
  },
} as const satisfies Record<string, Word>;

export type WordName = keyof typeof WORDS;

export function isWord(name: string): name is WordName {
  return Object.hasOwn(WORDS, name);
}

export function wordPermission(name: WordName): Permission {
  const { needsUser, permits, no } = WORDS[name];
  const refused = verdict(false, no);
  return { name, needsUser, permits: (exchange) => (permits(exchange) ? YES : refused), params: [] };
}
