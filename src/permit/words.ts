import type { Exchange } from '../core/exchange.ts';
import { SAFE_METHODS } from '../core/methods.ts';
import type { Permission } from '../core/words.ts';

interface Word {
  summary: string;
  needsUser: boolean;
  permits(exchange: Exchange): boolean;
}

/** The permissions that are one word in the YAML. */
export const WORDS = {
  anyone: {
    summary: 'Everybody, known or not (DRF: AllowAny).',
    needsUser: false,
    permits: () => true,
  },
  authenticated: {
    summary: 'Everybody who is known (DRF: IsAuthenticated).',
    needsUser: true,
    permits: ({ identity }) => identity.authenticated,
  },
  'authenticated-or-read-only': {
    summary: 'Everybody for GET, HEAD and OPTIONS, the known for the rest (DRF: IsAuthenticatedOrReadOnly).',
    needsUser: false,
    permits: ({ identity, method }) => identity.authenticated || SAFE_METHODS.has(method),
  },
  staff: {
    summary: 'Users with `is_staff` (DRF: IsAdminUser).',
    needsUser: true,
    permits: ({ identity }) => identity.authenticated && identity.user.is_staff,
  },
  superuser: {
    summary: 'Users with `is_superuser`.',
    needsUser: true,
    permits: ({ identity }) => identity.authenticated && identity.user.is_superuser,
  },
} as const satisfies Record<string, Word>;

export type WordName = keyof typeof WORDS;

export function isWord(name: string): name is WordName {
  return Object.hasOwn(WORDS, name);
}

export function wordPermission(name: WordName): Permission {
  const { needsUser, permits } = WORDS[name];
  return { name, needsUser, permits, params: [] };
}
