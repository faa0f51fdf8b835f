import t from 'tap';
import type { Pair } from '../support/http.ts';
import { ADA, BOB, head, stand } from '../support/stand.ts';

// CVE-2026-30851, CVE-2026-31908, CVE-2025-64484

const CLAIMS: readonly Pair[][] = [
  [['X-User', '1']],
  [['x-user', '1']],
  [['X-USER', '1']],
  [
    ['X-User', '1'],
    ['x-uSeR', '2'],
  ],
  [['X-User', '']],
  [['X-User-Id', '1']],
  [['x-user-groups', 'staff']],
  [['X-User', '7, 1']],
];

t.test('X-User of a client is removed, on routes with and without a user, and on upgrades', async (t) => {
  const { get, upgrade, upstream, broken } = await stand(t);
  for (const claims of CLAIMS) {
    t.equal((await get('/public/x', claims)).status, 200);
    t.equal((await get('/nobody/x', claims)).status, 200);
    t.equal((await get('/api/x', claims)).status, 200);
    t.equal((await get('/public/x', [ADA, ...claims])).status, 200);
    t.equal((await get('/mine/x', [...claims, BOB])).status, 200);
    t.equal((await get('/nobody/x', [...claims, ADA])).status, 200);
    t.equal(await upgrade('/chat/x', claims), 101);
    t.equal(await upgrade('/club/x', [...claims, BOB]), 101);
    t.equal((await get('/admin/x', claims)).status, 401);
    t.equal((await get('/admin/x', [...claims, BOB])).status, 403);
  }
  const users = upstream.requests.map((request) => request.header('x-user').join());
  t.same([...new Set(users)].sort(), ['', '7', '8']);
  t.same(await broken(), []);
});

t.test('a name that only some servers take for X-User is refused', async (t) => {
  const { get, upgrade, upstream } = await stand(t);
  for (const name of [
    'X_User',
    'x_user',
    'X-User_',
    'X.User',
    'X-User.',
    'X~User',
    "X'User",
    'X!User',
    'X*User',
  ]) {
    t.equal((await get('/public/x', [[name, '1']])).status, 400, name);
    t.equal(await upgrade('/chat/x', [[name, '1']]), 400, name);
  }
  t.same(upstream.requests, []);
});

t.test('where underscores are allowed, those that read as a header of ours are removed', async (t) => {
  const { get, upstream, broken } = await stand(t, {
    routes: ['{ id: wsgi, path: /wsgi/**, permit: anyone, allow: [underscore_headers], forward: back }'],
  });
  const names = ['X_User', 'x_user_id', 'X_Forwarded_For', 'X_Real_IP', 'X_Request_Id', 'X_Original_URL'];
  const sent = names.map((name): Pair => [name, 'forged']);
  t.equal((await get('/wsgi/x', [['My_Header', 'kept'], ...sent])).status, 200);
  const [arrived] = upstream.requests;
  t.same(arrived?.header('my_header'), ['kept']);
  t.notMatch(arrived?.rawHead.toString(), /forged/);
  for (const name of ['Transfer_Encoding', 'Content_Length', 'Content_Type'])
    t.equal((await get('/wsgi/x', [[name, '5']])).status, 400, name);
  t.same(await broken(), []);
});

t.test('identity in a trailer is never merged', async (t) => {
  const { send, upstream, broken } = await stand(t);
  for (const trailer of ['X-User: 1', 'x_user: 1', 'Authorization: Token ada']) {
    const headers: Pair[] = [BOB, ['Transfer-Encoding', 'chunked'], ['Trailer', 'X-User']];
    const response = await send(`${head('POST', '/mine/x', headers)}3\r\nabc\r\n0\r\n${trailer}\r\n\r\n`);
    t.equal(response.status, 200, trailer);
  }
  t.same(
    upstream.requests.map(({ trailers }) => trailers),
    [[], [], []],
  );
  t.same(
    upstream.requests.map((request) => request.header('trailer')),
    [[], [], []],
  );
  t.same(await broken(), []);
});

t.test('whatever an identify names on one route is removed on all', async (t) => {
  const { get, upstream } = await stand(t, {
    routes: [
      '{ id: other, path: /other/**, authenticate: [token], identify: { Remote-Member: "{user.id}" }, forward: back }',
    ],
  });
  const forged: Pair[] = [
    ['Remote-Member', '1'],
    ['REMOTE-MEMBER', '2'],
  ];
  await get('/nobody/x', forged);
  await get('/other/x', [ADA, ...forged]);
  t.same(
    upstream.requests.map((request) => request.header('remote-member')),
    [[], ['7']],
  );
  t.equal((await get('/nobody/x', [['Remote_Member', '1']])).status, 400);
});
