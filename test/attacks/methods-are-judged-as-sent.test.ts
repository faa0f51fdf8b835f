import t from 'tap';
import { connect } from '../support/raw.ts';
import { ADA, BOB, head, stand } from '../support/stand.ts';

// CVE-2026-33011

t.test('HEAD has the rule and the counter of GET', async (t) => {
  const { send, upstream, broken } = await stand(t, {
    routes: [
      '{ id: read, path: /read, methods: [GET], authenticate: [token], permit: staff, throttle: { rate: 3/h, by: user }, forward: back }',
      '{ id: write, path: /read, methods: [POST], permit: anyone, forward: back }',
    ],
  });
  const ask = async (method: string, ...headers: [string, string][]) =>
    (await send(head(method, '/read', headers), { noBody: method === 'HEAD' })).status;
  t.equal(await ask('HEAD'), 401);
  t.equal(await ask('HEAD', BOB), 403);
  t.equal(await ask('HEAD', ADA), 200);
  t.equal(await ask('GET', ADA), 200);
  t.equal(await ask('HEAD', ADA), 200);
  t.equal(await ask('GET', ADA), 429);
  t.equal(await ask('HEAD', ADA), 429);
  t.same(
    upstream.requests.map(({ method }) => method),
    ['HEAD', 'GET', 'HEAD'],
  );
  t.same(await broken(), []);
});

t.test('a method that no route can name is refused and its connection closed', async (t) => {
  const { port, upstream } = await stand(t);
  const known = ['TRACE', 'PROPFIND', 'PURGE', 'LINK', 'SOURCE', 'M-SEARCH', 'SEARCH', 'ACL'];
  const unknown = [
    'get',
    'Get',
    'gET',
    'post',
    'FOO',
    'GETS',
    'TRACK',
    'DEBUG',
    'G3T',
    'PRI',
    'GET\xe9',
    'X'.repeat(100),
    'CONNECT',
  ];
  for (const [methods, status] of [
    [known, 405],
    [unknown, 400],
  ] as const) {
    for (const method of methods) {
      const client = await connect(port);
      void client.send(head(method, '/public/x', [ADA, ['Content-Length', '0']]));
      t.equal((await client.response()).status, status, method);
      t.same(await client.closed, {}, method);
    }
  }
  t.same(upstream.requests, []);
});

t.test('other methods of a path are 405, never another route', async (t) => {
  const { send, upstream } = await stand(t, {
    routes: [
      '{ id: books, path: /shop/books/*, methods: [GET], permit: anyone, forward: back }',
      '{ id: rest, path: /shop/**, permit: anyone, forward: back }',
    ],
  });
  for (const method of ['DELETE', 'POST', 'OPTIONS']) {
    const response = await send(head(method, '/shop/books/1'));
    t.same([response.status, response.header('allow')], [405, ['GET, HEAD']], method);
  }
  t.same(upstream.requests, []);
});

t.test('OPTIONS is authenticated like any other', async (t) => {
  const { send, upstream, broken } = await stand(t);
  t.equal((await send(head('OPTIONS', '/mine/x'))).status, 401);
  t.equal(
    (
      await send(
        head('OPTIONS', '/mine/x', [
          ['Origin', 'https://a.test'],
          ['Access-Control-Request-Method', 'GET'],
        ]),
      )
    ).status,
    401,
  );
  t.equal((await send(head('OPTIONS', '/mine/x', [BOB]))).status, 200);
  t.equal(upstream.requests.length, 1);
  t.same(await broken(), []);
});
