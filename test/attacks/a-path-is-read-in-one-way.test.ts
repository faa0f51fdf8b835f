import t from 'tap';
import { ADA, head, stand } from '../support/stand.ts';

// GHSA-p224-6x5r-fjpm, GHSA-2q7r-29rg-6m5h, CVE-2021-43557, CVE-2021-29492, CVE-2021-32779, CVE-2026-2880, CVE-2026-41059

const DOTS = [
  '..%20',
  '%20..',
  '.%20',
  '..%20;x',
  '..%3f',
  '..%23x',
  '%EF%BC%8E%EF%BC%8E',
  '%E2%80%A5',
  '%E2%80%A4.',
  '..',
  '%2e%2e',
  '.%2E',
  '%2e.',
  '..;',
  '..;x=1',
  '..%3b',
  '..%3Bx',
  '.',
  '%2e',
  '.;',
  '%2E%3B',
];

const REFUSED = [
  ...DOTS.flatMap((dots) => [
    `/public/${dots}/admin`,
    `/public/${dots}`,
    `/${dots}/public/x`,
    `/public/x/${dots}/`,
  ]),
  ...[
    '..%2f',
    '..%EF%BC%8Fadmin',
    '..%2Fadmin',
    '%2e%2e%2fadmin',
    '..\\admin',
    '.\\admin',
    '..%5cadmin',
    '%5c',
    '\\',
  ].map((tail) => `/public/${tail}`),
  ...[
    '//public/x',
    '/public//x',
    '/public/x//',
    '//',
    '/public/%2f',
    '/public/%2Fadmin',
    '/public/a%2f..%2fadmin',
  ],
  ...['/public/x;y', '/public;x/y', '/public/%3b', '/public/x%3By=1'],
  ...[
    '/public/%00',
    '/public/x%0d%0aX-User:%201',
    '/public/%0A',
    '/public/%1b[31m',
    '/public/%7F',
    '/public/%09',
  ],
  ...[
    '/public/%c0%ae',
    '/public/%c0%af',
    '/public/%e0%80%ae',
    '/public/%ff',
    '/public/%ed%a0%80',
    '/public/%f8%80%80%80%af',
  ],
  ...['/public/%252e', '/public/%252e%252e%252fadmin', '/public/%25', '/public/%25%32%65'],
  ...['/public/%', '/public/%2', '/public/%zz', '/public/%u002e', '/public/%%32e', '/public/% 2e'],
  ...['/public/x#', '/public/#/../admin', '/public/x?a#b', '/#', '/public/x#?a'],
  ...[
    '/public/<x>',
    '/public/"x"',
    '/public/{x}',
    '/public/x|y',
    '/public/x^y',
    '/public/`x`',
    '/public/[x]',
  ],
  ...['/public/\xe9', '/public/\xc0\xae', '/public/\xef\xbc\x8e', '/public/\x80'],
];

const LAWFUL = [
  '/public/...',
  '/public/..a',
  '/public/a..',
  '/public/a../b',
  '/public/.a',
  '/public/.well-known/x',
  '/public/%20',
  '/public/a%3Ab',
  "/public/!$&'()*+,=:@-._~",
  '/public/%C3%A9',
  '/public/%E2%80%AE',
  '/public/%7e',
  '/public',
  '/public/',
  '/public/x/',
  `/public/${'x'.repeat(8_000)}`,
];

t.test('whatever could be read in two ways is refused, on HTTP and on upgrades', async (t) => {
  const { get, upgrade, upstream } = await stand(t);
  for (const target of REFUSED) {
    t.equal((await get(target, [ADA])).status, 400, target);
    t.equal(await upgrade(target.replace('public', 'chat'), [ADA]), 400, target);
  }
  t.same(upstream.requests, []);
});

t.test('lawful oddities arrive as they were sent', async (t) => {
  const { get, upgrade, upstream, broken } = await stand(t);
  for (const target of LAWFUL) {
    t.equal((await get(target)).status, 200, target);
    t.equal(await upgrade(target.replace('public', 'chat')), 101, target);
  }
  t.same(
    upstream.requests.map(({ target }) => target),
    LAWFUL.flatMap((target) => [target, target.replace('public', 'chat')]),
  );
  t.same(await broken(), []);
});

t.test('an encoded letter is that letter to the rules, and arrives encoded', async (t) => {
  const { get, upstream, broken } = await stand(t);
  for (const target of ['/%61dmin', '/%61%64%6d%69%6e/x', '/admi%6E/'])
    t.equal((await get(target)).status, 401, target);
  t.same(upstream.requests, []);
  t.equal((await get('/%61dmin/%78', [ADA])).status, 200);
  t.equal(upstream.requests[0]?.target, '/%61dmin/%78');
  t.same(await broken(), []);
});

t.test(
  'letter case and a trailing slash are part of a path, unless the upstream is said to ignore them',
  async (t) => {
    const { get, upstream } = await stand(t, {
      routes: [
        '{ id: exact, path: /exact, authenticate: [token], permit: staff, forward: back }',
        '{ id: laxer, path: /lax/secret, authenticate: [token], permit: staff, forward: lax }',
        '{ id: lax, path: /lax/**, permit: anyone, forward: lax }',
      ],
      upstreams: { lax: 'paths: { case: ignored, trailing_slash: ignored }' },
    });
    for (const target of ['/exact/', '/Exact', '/EXACT']) t.equal((await get(target)).status, 404, target);
    t.equal((await get('/exact')).status, 401);
    for (const target of ['/lax/secret', '/lax/SECRET', '/LAX/Secret/', '/lax/%53ecret/'])
      t.equal((await get(target)).status, 401, target);
    t.same(upstream.requests, []);
    t.equal((await get('/LAX/secrets')).status, 200);
  },
);

t.test('a query is never a path', async (t) => {
  const { get, upstream, broken } = await stand(t);
  for (const query of [
    '?/admin',
    '?/../admin',
    '?x=/public/',
    '?',
    '??',
    '?%2e%2e/',
    '?a=%zz',
    '?//',
    '?;x',
    '?\\',
  ])
    t.equal((await get(`/mine/x${query}`, [ADA])).status, 200, query);
  t.equal(upstream.requests.length, 10);
  t.same(await broken(), []);
  for (const target of ['/mine?/../public/x', '/mine?/public', '/admin?x=/public/x'])
    t.equal((await get(target)).status, 401, target);
  t.equal((await get('/?/public/x')).status, 404);
  // GHSA-7rh7-c77v-6434
  t.equal((await get('/unrouted%3F/public/x')).status, 404);
});

t.test('opted in by name, on that route only, a form arrives as it was sent; dots never do', async (t) => {
  const { get, upstream, broken } = await stand(t, {
    routes: [
      '{ id: forms, path: /forms/**, permit: anyone, allow: [encoded_slash, encoded_percent, semicolon], forward: back }',
    ],
  });
  const allowed = [
    '/forms/a%2Fb',
    '/forms/a%2fadmin',
    '/forms/x;y=1',
    '/forms/%25',
    '/forms/a%252e',
    '/forms/%3b',
  ];
  for (const target of allowed) t.equal((await get(target)).status, 200, target);
  t.same(
    upstream.requests.map(({ target }) => target),
    allowed,
  );
  t.same(await broken(), []);
  for (const tail of [
    '..%2fadmin',
    'a%2f..%2fadmin',
    '%2e%2e%2f',
    '..;/admin',
    'a%2f%2fb',
    '%2f',
    '%00',
    '%5c',
    'a%2f.',
    '..%3b',
  ])
    t.equal((await get(`/forms/${tail}`)).status, 400, tail);
  t.equal((await get('/forms%2fx')).status, 400);
  t.equal((await get('/public/a%2Fb')).status, 400);
  t.same(upstream.requests, []);
});

t.test('strip_prefix cuts the bytes that were sent, and whole segments only', async (t) => {
  const { get, upgrade, upstream, broken } = await stand(t);
  const cuts: [string, string][] = [
    ['/api', '/'],
    ['/api/', '/'],
    ['/api/admin', '/admin'],
    ['/api/api/x?y=/api', '/api/x?y=/api'],
  ];
  for (const [sent] of cuts) t.equal((await get(sent)).status, 200, sent);
  t.equal(await upgrade('/api/x'), 101);
  t.same(
    upstream.requests.map(({ target }) => target),
    [...cuts.map(([, received]) => received), '/x'],
  );
  t.same(await broken(), []);
  for (const target of ['/%61pi/x', '/api//x', '/api/../x', '/api/..;/x', '/api%2fx'])
    t.equal((await get(target)).status, 400, target);
  for (const target of ['/apix', '/API/x', '/api.x']) t.equal((await get(target)).status, 404, target);
  t.same(upstream.requests, []);
});

t.test('nothing but the origin form of a target is taken', async (t) => {
  const { port, send, upstream, get } = await stand(t);
  const targets = [
    'http://gate.test/public/x',
    'http://other.test/public/x',
    'HTTPS://gate.test/',
    '*',
    'public/x',
    'gate.test:80',
    '',
    '?x',
    '@/public/x',
    `http://127.0.0.1:${port}/public/x`,
    'file:///etc/passwd',
  ];
  for (const target of targets) {
    for (const method of ['GET', 'OPTIONS', 'POST'])
      t.equal((await send(head(method, target))).status, 400, `${method} ${target}`);
  }
  t.equal((await send(head('CONNECT', 'gate.test:80'))).status, 400);
  t.equal((await get('/public/x y')).status, 400);
  t.same(upstream.requests, []);
});
