import {
  type Before,
  type Exception,
  forbidden,
  forwarded,
  history,
  inCase,
  malformed,
  refused,
  throttled,
  unavailable,
} from './player/exceptions.ts';

const METHODS = {
  v: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
  ro: ['GET', 'HEAD', 'OPTIONS'],
};

const methodOf = ({ step }: Before) => step.http.split(' ')[0] ?? '';
const methodsOf = ({ view }: Before) => (view?.room === 'ro' ? METHODS.ro : METHODS.v);

/** Everywhere: a method that no route takes. */
export const methodsFirst: Exception = {
  id: 'methods-first',
  where: (before) => before.view !== undefined && !methodsOf(before).includes(methodOf(before)),
  instead(outcome, before) {
    const detail = `Method "${methodOf(before)}" not allowed.`;
    const body = outcome.status === 405 ? outcome.body : { detail };
    const headers = { Allow: methodsOf(before).join(', ') };
    return refused(405, body ?? {}, headers)({ ...outcome, headers: {} }, before);
  },
};

/** When enough have left, by case: what each request that DRF left without a wait is told. */
const WAITS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  'throttle/same-scope-twice': { 2: 58 },
  'throttle/rate/_1_m': { 0: 60, 1: 60 },
  'throttle/rate-lowered': { 6: 57, 7: 4, 8: 3, 9: 2 },
  'throttle/held/long': { 0: 59, 1: 58, 2: 57 },
};

const waitUnnamed: Exception = {
  id: 'wait-unnamed',
  where: ({ step: { expect } }) => expect.status === 429 && expect.headers?.['Retry-After'] === undefined,
  instead: (outcome, before) => ({
    ...throttled(WAITS[before.id]?.[before.number] ?? 0)(outcome, before),
    effect: outcome.effect,
  }),
};

const waitWithinTheWindow: Exception = {
  id: 'wait-within-the-window',
  where: (before) =>
    inCase(/^throttle\/(clock-goes-back|held\/(future|unsorted))$/)(before) &&
    Number(before.step.expect.headers?.['Retry-After']) > 60,
  instead: throttled(60),
};

export const throttle: readonly Exception[] = [
  methodsFirst,
  {
    id: 'methods-first',
    where: inCase('throttle/method/PURGE', 1),
    instead: forwarded(null, history('anon_127.0.0.1', 0)),
  },
  waitUnnamed,
  waitWithinTheWindow,
  { id: 'object-rules', where: inCase('throttle/before-and-after', 4, 5), instead: forbidden },
  {
    id: 'object-rules',
    where: inCase('throttle/before-and-after', 6),
    instead: forwarded('2', history('user_2', 3)),
  },
  {
    id: 'history-of-floats',
    where: inCase(/^throttle\/held\/(integers|tuple|none|text)$/),
    instead: unavailable,
  },
];

export const chains: readonly Exception[] = [
  {
    id: 'other-anonymous-users',
    where: (before) => inCase('chain/anonymous', 5, 11, 17)(before),
    instead: (outcome, before) =>
      forwarded(before.env.PARITY_ANONYMOUS === 'guest' ? '0' : null)(outcome, before),
  },
];

export const order: readonly Exception[] = [
  methodsFirst,
  {
    id: 'methods-first',
    where: inCase(/^order\/405\//, 3),
    instead: () => ({ effect: history('user_2', 1) }),
  },
  {
    id: 'bodies-are-not-read',
    where: inCase(/^order\/body\//, 1),
    instead: (outcome, before) => forwarded('2', outcome.effect)(outcome, before),
  },
  { id: 'object-rules', where: inCase('order/object', 0), instead: forbidden },
  { id: 'object-rules', where: inCase('order/object', 1), instead: forwarded('2', history('user_2', 1)) },
  { id: 'object-rules', where: inCase('order/object', 3), instead: throttled(1) },
  {
    id: 'negotiation-is-the-apps',
    where: inCase('order/not-acceptable', 0, 5),
    instead: refused(401, 'Authentication credentials were not provided.', { 'WWW-Authenticate': 'Token' }),
  },
  {
    id: 'negotiation-is-the-apps',
    where: inCase('order/not-acceptable', 6),
    instead: forwarded('2', history('user_2', 0)),
  },
  { id: 'json-404', where: inCase('order/unknown-path'), instead: refused(404, 'Not found.') },
  {
    id: 'token-records-decide',
    where: inCase('order/other-defaults', 2),
    instead: refused(403, 'Only VIPs may come in here.'),
  },
];

export const permissions: readonly Exception[] = [
  methodsFirst,
  { id: 'token-records-decide', where: inCase('permit/model/token-record', 1), instead: forbidden },
  { id: 'object-rules', where: inCase('permit/owner', 2, 3, 4, 6), instead: forbidden },
  { id: 'encoded-parameters', where: inCase('permit/owner', 5), instead: malformed },
  { id: 'object-rules', where: inCase('permit/owner-and-not-vip', 0), instead: forwarded('2') },
];

/** Whom Postern counts where the peer is a trusted proxy. */
const ADDRESSES: Readonly<Record<string, string>> = {
  two: '2.2.2.2',
  three: '3.3.3.3',
  'no-space': '2.2.2.2',
  'more-space': '2.2.2.2',
  tab: '2.2.2.2',
  empty: '127.0.0.1',
  commas: '127.0.0.1',
  'trailing-comma': '127.0.0.1',
  'leading-comma': '1.1.1.1',
  'two-headers': '2.2.2.2',
  'three-headers': '4.4.4.4',
  'ipv6-brackets': '2001:db8::1',
  port: '1.1.1.1',
  words: '127.0.0.1',
  'inner-space': '127.0.0.1',
  quotes: '127.0.0.1',
  bytes: '127.0.0.1',
  long: '10.0.0.39',
};

const addressOf = ({ id, env }: Before) =>
  env.PARITY_NUM_PROXIES === '0' ? undefined : ADDRESSES[id.split('/').at(-1) ?? ''];

export const proxies: readonly Exception[] = [
  {
    id: 'trusted-proxies',
    where: (before) => addressOf(before) !== undefined,
    instead: (_, before) => ({ effect: history(`anon_${addressOf(before)}`, 0) }),
  },
  {
    id: 'trusted-proxies',
    where: inCase(/^forwarded\/(none|2)\/may-a-client-choose$/),
    instead: (outcome, before) =>
      before.number === 0
        ? { effect: history('anon_8.8.8.8', 0) }
        : throttled(60 - before.number)(outcome, before),
  },
];
