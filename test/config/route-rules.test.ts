import t from 'tap';
import { compileOnly, InvalidConfiguration, loadText } from '../../src/config/load.ts';

/** What is said of a file with the upstreams `shop` and `lax`, of which it need not use both. */
function messages(yaml: string): string[] {
  return allMessages(yaml).filter((message) => !message.startsWith('nothing uses'));
}

function allMessages(yaml: string): string[] {
  const text = `upstreams:
  shop: { type: echo }
  lax: { url: 'http://127.0.0.1:1', paths: { case: ignored, trailing_slash: ignored } }
${yaml}`;
  try {
    const loaded = loadText(text, 'routes.yaml', {});
    compileOnly(loaded);
    // The upstreams of this file are there for whichever test needs them.
    return loaded.problems.list
      .map(({ message }) => message)
      .filter((message) => !message.startsWith('nothing uses'));
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    return error.problems.list.map(({ message }) => message);
  }
}

const open = 'permit: anyone, forward: shop';

t.test(
  'the same host, pattern and method twice is an error, whatever the parameters are called',
  async (t) => {
    const twice: [string, string][] = [
      ['path: /users/:id', 'path: /users/:name'],
      ['path: /users/:id', 'path: /users/*'],
      ['path: /a, methods: [GET, POST]', 'path: /a, methods: [POST]'],
      ['path: /a, host: Shop.test', 'path: /a, host: shop.test'],
      ['path: /%61', 'path: /a'],
    ];
    for (const [one, other] of twice)
      t.match(
        messages(`routes: [{ id: one, ${one}, ${open} }, { id: two, ${other}, ${open} }]`),
        [/routed/],
        other,
      );
    const apart: [string, string][] = [
      ['path: /users/:id', 'path: /users/**'],
      ['path: /users', 'path: /users/'],
      ['path: /users', 'path: /Users'],
      ['path: /a, methods: [GET]', 'path: /a, methods: [HEAD, POST]'],
      ['path: /a, host: a.test', 'path: /a, host: b.test'],
      ['path: /a, host: a.test', 'path: /a'],
    ];
    for (const [one, other] of apart)
      t.same(messages(`routes: [{ id: one, ${one}, ${open} }, { id: two, ${other}, ${open} }]`), [], other);
  },
);

t.test('spellings that a lax upstream reads alike are the same pattern', async (t) => {
  const alike: [string, string, string][] = [
    ['/users', '/users/', 'lax'],
    ['/users', '/Users', 'lax'],
    ['/users/', '/USERS', 'lax'],
    ['/:id', '/:name/', 'lax'],
    ['/users/', '/users', 'shop'],
  ];
  for (const [one, other, upstream] of alike) {
    const routes = [
      `{ id: one, path: '${one}', permit: anyone, forward: lax }`,
      `{ id: two, path: '${other}', permit: anyone, forward: ${upstream} }`,
    ];
    for (const order of [routes, routes.toReversed()])
      t.match(messages(`routes: [${order.join(', ')}]`), [/routed/], `${one} and ${other} of ${upstream}`);
  }
});

t.test('an empty permit is an error; empty throttle and authenticate mean none', async (t) => {
  t.match(messages('routes: [{ path: /, permit: [], forward: shop }]'), [/permit: anyone|at least 1/]);
  t.same(messages(`routes: [{ path: /, authenticate: [], throttle: [], ${open} }]`), []);
});

t.test('a chain that never knows a user cannot go before a permission that needs one', async (t) => {
  const token = 'store: memory\nauthenticators: { token: { type: redis-token } }\n';
  const needy = [
    'authenticated',
    'staff',
    '{ group: a }',
    '{ owner: id }',
    '{ any: [staff, { scope: a }] }',
    '[anyone, staff]',
  ];
  for (const permit of needy) {
    t.match(
      messages(`routes: [{ path: '/:id', permit: ${permit}, forward: shop }]`),
      [/needs a user/],
      permit,
    );
    t.match(
      messages(`routes: [{ path: '/:id', authenticate: [anonymous], permit: ${permit}, forward: shop }]`),
      [/needs a user/],
      permit,
    );
    t.same(
      messages(`${token}routes: [{ path: '/:id', authenticate: [token], permit: ${permit}, forward: shop }]`),
      [],
    );
  }
  t.match(messages('routes: [{ path: /, forward: shop }]'), [/needs a user/], 'the default is authenticated');
  t.same(messages('routes: [{ path: /, permit: { any: [staff, anyone] }, forward: shop }]'), []);
});

t.test('what counts or looks up needs a store that the file names', async (t) => {
  const throttled = `routes: [{ path: /, throttle: { rate: 1/m }, ${open} }]`;
  t.match(messages(throttled), [/needs a store/]);
  t.match(messages(`authenticators: { token: { type: redis-token } }\nroutes: [{ path: /, ${open} }]`), [
    /needs a store/,
  ]);
  t.same(messages(`store: memory\n${throttled}`), []);
});

t.test('parameters, prefixes and rates are held against the path and the grammar', async (t) => {
  const wrong: [string, RegExp][] = [
    ["path: '/:id', permit: { owner: uid }, authenticate: [token], forward: shop", /":uid"/],
    [`path: /, throttle: { rate: 1/m, by: 'param:id' }, ${open}`, /":id"/],
    ['path: /a/**, permit: anyone, forward: { upstream: shop, strip_prefix: /b }', /begin with/],
    ['path: /ab/**, permit: anyone, forward: { upstream: shop, strip_prefix: /a }', /begin with/],
    [`path: /, throttle: { rate: 3.5/m }, ${open}`, /rate/],
    [`path: /, throttle: { rate: 1/m, rates: { default: 1/m } }, ${open}`, /either/],
    [`path: /, identify: { X-User: '{user.id' }, ${open}`, /"{"|brace/],
    [`path: /, identify: { X-User: '{nobody.id}' }, ${open}`, /unknown/],
    [`path: /, identify: { X-User: 'Zoë' }, ${open}`, /ASCII/],
    [`path: /, methods: [TRACE], ${open}`, /TRACE/],
    [`path: /, methods: [CONNECT], ${open}`, /CONNECT/],
    ['path: /, permit: { when: "user.id" }, forward: shop', /compare it|type dyn/],
    ['path: /, permit: { when: "" }, forward: shop', /empty/],
    ['path: /, permit: { when: \'user.id.matches("a")\' }, forward: shop', /matches/],
  ];
  for (const [route, reason] of wrong)
    t.match(
      messages(`store: memory\nauthenticators: { token: { type: redis-token } }\nroutes: [{ ${route} }]`)[0],
      reason,
      route,
    );
});

t.test('a WebSocket for every page, behind a cookie, is most likely not meant', async (t) => {
  const chain = (type: string) => `store: memory
authenticators: { who: { type: ${type} } }
defaults: { authenticate: [who] }
`;
  const route = (origins: string, websocket: boolean) =>
    `routes: [{ path: /ws, cors: { origins: ${origins} }, forward: { upstream: lax, websocket: ${websocket} } }]`;
  const session = chain('django-session');
  t.match(messages(session + route('["*"]', true)), [/name the origins that may/]);
  t.same(messages(session + route('["*"]', false)), []);
  t.same(messages(session + route('["https://app.example.com"]', true)), []);
  t.same(messages(chain('redis-token') + route('["*"]', true)), []);
});
