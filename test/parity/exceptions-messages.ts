import { type Exception, forwarded, inCase } from './player/exceptions.ts';

const SPOKEN = /^messages\/languages /;
const TAGS: Readonly<Record<string, string>> = { pt: 'pt-br', 'zh-hant': 'en', 'es-mx': 'es', 'en-gb': 'en' };

export const messages: readonly Exception[] = [
  {
    id: 'object-rules',
    where: ({ id, step: { expect } }) => SPOKEN.test(id) && expect.status === 404,
    instead: forwarded(null),
  },
  {
    id: 'bodies-are-not-read',
    where: ({ id, step: { expect } }) => SPOKEN.test(id) && [400, 415].includes(expect.status),
    instead: forwarded(null),
  },
  {
    id: 'negotiation-is-the-apps',
    where: ({ id, step: { expect } }) => SPOKEN.test(id) && expect.status === 406,
    // Nobody has said who they are, as in the first request of the case.
    instead: (outcome, { first = outcome }) => first,
  },
  {
    id: 'languages-offered',
    where: ({ step: { expect } }) => Object.hasOwn(TAGS, expect.headers?.['Content-Language'] ?? ''),
    instead: ({ headers }) => ({
      headers: { ...headers, 'Content-Language': TAGS[headers['Content-Language'] ?? ''] ?? '' },
    }),
  },
  {
    id: 'language-cookie',
    where: inCase('messages/choice/cookie', 0),
    instead: ({ headers }) => ({
      headers: { ...headers, 'Content-Language': 'de' },
      body: { detail: 'Anmeldedaten fehlen.' },
    }),
  },
  {
    id: 'languages-of-ones-own',
    where: inCase('messages/vary'),
    instead: ({ headers: { Vary = '' } }) => ({ headers: Vary.includes('Cookie') ? { Vary: 'Cookie' } : {} }),
  },
];
