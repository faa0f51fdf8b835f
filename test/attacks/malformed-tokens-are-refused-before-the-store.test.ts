import t from 'tap';
import type { Pair } from '../support/http.ts';
import { freePort } from '../support/redis.ts';
import { head, stand } from '../support/stand.ts';

// CVE-2015-3982

const ROUTES = [
  '{ id: query, path: /query/**, authenticate: [query], forward: back }',
  '{ id: cookie, path: /cookie/**, authenticate: [cookie], forward: back }',
  '{ id: key, path: /key/**, authenticate: [key], forward: back }',
  '{ id: bare, path: /bare/**, authenticate: [bare], forward: back }',
];

const AUTHENTICATORS = `
  query: { type: redis-token, in: query, name: token }
  cookie: { type: redis-token, in: cookie, name: token }
  key: { type: redis-token, name: X-Api-Key }
  bare: { type: redis-token, key: "{token}", scheme: Bare }`;

const MALFORMED = [
  'a:b',
  'a*',
  'a\\b',
  'a\tb',
  'a"b',
  '{a}',
  'a%3Ab',
  'é',
  '\xff\xfe',
  'a'.repeat(513),
  'a,b',
  "a'b",
  'a[b]',
  '$(a)',
  'a;b',
];

/** Its Redis is down: an answer of 401 says that nobody asked it, 503 that somebody tried. */
async function down(t: Parameters<typeof stand>[0]) {
  return stand(t, {
    more: AUTHENTICATORS,
    routes: ROUTES,
    gateway: { redisUrl: `redis://127.0.0.1:${await freePort()}` },
  });
}

t.test('a token that cannot be one is 401 although the store cannot be asked', async (t) => {
  const { get, send, upstream } = await down(t);
  t.equal((await get('/mine/x', [['Authorization', 'Token wellformed']])).status, 503);
  const credentials: Pair[] = [
    ...MALFORMED.map((token): Pair => ['Authorization', `Token ${token}`]),
    ['Authorization', 'Token'],
    ['Authorization', 'Token '],
    ['Authorization', 'Token a b'],
    ['Authorization', 'Token a, Token b'],
  ];
  for (const credential of credentials)
    t.equal((await get('/mine/x', [credential])).status, 401, credential[1]);
  for (const token of [
    '',
    '%00',
    'a%0d%0ab',
    'a%3Ab',
    '%',
    'a+b',
    `${'a'.repeat(513)}`,
    'a&token=a',
    'a&%74oken=b',
    'a=:',
  ])
    t.equal((await get(`/query/x?token=${token}`)).status, 401, token);
  t.equal((await get('/query/x?token=a=')).status, 503);
  for (const token of [
    ...MALFORMED.filter((token) => !token.includes(';')),
    '',
    '""',
    'a; token=a',
    'a;token =b',
    'a; \ttoken\t=b',
    'a;\xa0token=b',
  ])
    t.equal((await get('/cookie/x', [['Cookie', `token=${token}`]])).status, 401, token);
  for (const token of ['', 'a b', 'a:b'])
    t.equal((await get('/key/x', [['X-Api-Key', token]])).status, 401, token);
  t.equal(
    (
      await get('/key/x', [
        ['X-Api-Key', 'a'],
        ['x-api-key', 'a'],
      ])
    ).status,
    401,
  );
  t.equal(
    (
      await get('/cookie/x', [
        ['Cookie', 'token=a'],
        ['Cookie', 'token=a'],
      ])
    ).status,
    401,
  );
  for (const token of ['token:ada', 'A'.repeat(40), 'a'.repeat(39), 'a'.repeat(41), 'g'.repeat(40)])
    t.equal((await get('/bare/x', [['Authorization', `Bare ${token}`]])).status, 401, token);
  t.equal((await get('/bare/x', [['Authorization', `Bare ${'a'.repeat(40)}`]])).status, 503);
  t.same(upstream.requests, []);
  for (const bytes of ['Token a\x00b', 'Token a\r\n b', 'Token a\x0bb', 'Token \x1b[31m'])
    t.equal((await send(`GET /mine/x HTTP/1.1\r\nHost: a\r\nAuthorization: ${bytes}\r\n\r\n`)).status, 400);
});

t.test('Authorization stands once', async (t) => {
  const { get, upstream } = await stand(t);
  for (const second of ['Token ada', 'Token bob', '', 'Basic eDp5'])
    t.equal(
      (
        await get('/mine/x', [
          ['Authorization', 'Token ada'],
          ['AUTHORIZATION', second],
        ])
      ).status,
      400,
      second,
    );
  t.same(upstream.requests, []);
});

t.test('a megabyte of token is too large a head, and the gateway goes on', async (t) => {
  const { get, send, upstream, broken } = await stand(t);
  t.equal(
    (await send(head('GET', '/mine/x', [['Authorization', `Token ${'a'.repeat(1_000_000)}`]]))).status,
    431,
  );
  t.equal((await send(head('GET', '/mine/x', [['Cookie', `token=${'a'.repeat(1_000_000)}`]]))).status, 431);
  t.equal((await get('/mine/x', [['Authorization', 'Token ada']])).status, 200);
  t.equal(upstream.requests.length, 1);
  t.same(await broken(), []);
});
