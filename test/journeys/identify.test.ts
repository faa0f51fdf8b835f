import t from 'tap';
import { connect } from '../support/raw.ts';
import { onBothStores, setStage } from '../support/stage.ts';

const chain =
  'authenticators: { token: { type: redis-token } }\ndefaults: { authenticate: [token], permit: anyone }\n';
const ada = {
  id: 7,
  username: 'Zoë 日本 100%',
  groups: ['a,b', 'ç', 'plain'],
  is_staff: true,
  org: { name: 'Büro', tags: ['x'] },
  nothing: null,
  score: 1.5,
};
const records = { 'token:ada': ada, 'token:id': { id: '日本\r\nX-User: 1' } };
const known = { Authorization: 'Token ada' };

onBothStores('X-User names the user, and is absent for the unknown', async (t, stage) => {
  const { ask, upstream } = await stage(t, `${chain}routes: [{ path: /x, forward: shop }]`, { records });
  await ask('GET /x', known);
  await ask('GET /x');
  await ask('GET /x', { Authorization: 'Token id' });
  t.same(
    upstream.requests.map((request) => request.header('x-user')),
    [['7'], [], ['%E6%97%A5%E6%9C%AC%0D%0AX-User:%201']],
  );
});

onBothStores('templates are rendered, percent-encoded beyond visible ASCII', async (t, stage) => {
  const templates: [name: string, template: string, expected: string[]][] = [
    ['X-Name', '{user.username}', ['Zo%C3%AB%20%E6%97%A5%E6%9C%AC%20100%25']],
    ['X-Groups', '{user.groups}', ['a%2Cb,%C3%A7,plain']],
    ['X-Both', 'id={user.id}; staff={user.is_staff}', ['id=7; staff=true']],
    ['X-Braces', '{{"id":"{user.id}"}}', ['{"id":"7"}']],
    ['X-Deep', '{user.org.name}/{user.score}', ['B%C3%BCro/1.5']],
    ['X-Request', '{request.method} {request.path} {params.name}', ['GET /caf%25C3%25A9/n caf%C3%A9']],
    ['X-Missing', '{user.missing}', []],
    ['X-Null', 'a{user.nothing}', []],
    ['X-Object', '{user.org}', []],
    ['X-Proto', '{user.constructor}', []],
    ['X-Deep-Proto', '{user.org.constructor.name}', []],
    ['X-Length', '{user.groups.length}', []],
  ];
  const identify = templates.map(([name, template]) => `${name}: '${template}'`).join(', ');
  const { ask, upstream } = await stage(
    t,
    `${chain}routes: [{ path: /:name/n, forward: shop, identify: { ${identify} } }]`,
    { records },
  );
  t.equal((await ask('GET /caf%C3%A9/n', known)).status, 200);
  const received = await upstream.next();
  for (const [name, template, expected] of templates) t.same(received.header(name), expected, template);
  t.same(received.header('x-user'), [], "a route's own identify replaces the default whole");
});

onBothStores('a JSON object of chosen attributes is ASCII, and absent for the unknown', async (t, stage) => {
  const { ask, upstream } = await stage(
    t,
    `${chain}routes: [{ path: /x, forward: shop, identify: { X-User-Info: [id, username, groups, missing, org] } }]`,
    { records },
  );
  await ask('GET /x', known);
  await ask('GET /x');
  const [first, second] = upstream.requests;
  const [value = ''] = first?.header('x-user-info') ?? [];
  t.match(value, /^[ -~]+$/);
  const { username, groups, org } = ada;
  t.same(JSON.parse(value), { id: '7', username, groups, org });
  t.same(second?.header('x-user-info'), []);
});

/** Spellings that some backend reads as X-User, X-User-Id or X-Tenant. */
const spellings = [
  'X-User',
  'x-user',
  'X-USER',
  'X-User-Id',
  'x-user-groups',
  'X-User-Anything',
  'X-Tenant',
  'x-tenant',
];
const underscored = ['X_User', 'x_user', 'X-User_Id', 'X_USER', 'X_Tenant', 'x_tenant'];

onBothStores("no spelling of an identity header is a client's to send, on any route", async (t, stage) => {
  const { ask, upstream } = await stage(
    t,
    `${chain}routes:
  - { path: /x, forward: shop, allow: [underscore_headers] }
  - { path: /strict, forward: shop }
  - { path: /other, forward: shop, identify: { X-Tenant: '{user.org.name}' } }`,
    { records },
  );
  for (const name of [...spellings, ...underscored]) {
    for (const headers of [{}, known]) {
      t.equal((await ask('GET /x', { ...headers, [name]: ['admin', 'root'] })).status, 200, name);
      const received = await upstream.next();
      const values = received.headers.flatMap(([, value]) => value);
      t.notOk(values.includes('admin') || values.includes('root'), `${name} does not get through`);
      t.same(received.header('x-user'), headers === known ? ['7'] : []);
    }
  }
  for (const name of underscored) t.equal((await ask('GET /strict', { [name]: 'admin' })).status, 400, name);
  for (const name of ['X.User', 'X-User ', 'X User', 'X-Us\u00ebr'])
    t.equal((await ask('GET /strict', { [name]: 'admin' })).status, 400, name);
  t.equal(upstream.requests.length, 2 * (spellings.length + underscored.length));
});

t.test('Connection takes no identity away, and trailers bring none', async (t) => {
  const { gateway, upstream } = await setStage(t, `${chain}routes: [{ path: /x, forward: shop }]`, {
    records,
  });
  const client = await connect(gateway.port);
  await client.send(
    'POST /x HTTP/1.1\r\nHost: a\r\nAuthorization: Token ada\r\nConnection: X-User, X-Request-Id, X-Mine\r\nX-Mine: 1\r\nX-User: 1\r\n' +
      'Transfer-Encoding: chunked\r\nTrailer: X-User\r\n\r\n1\r\na\r\n0\r\nX-User: admin\r\n\r\n',
  );
  t.equal((await client.response()).status, 200);
  client.destroy();
  const received = await upstream.next();
  t.same(received.header('x-user'), ['7']);
  t.same(received.trailers, []);
  t.same(received.header('x-mine'), [], 'what Connection names is for this connection');
  t.equal(received.header('x-request-id').length, 1);
});

t.test('headers that ask to be judged as another request are removed', async (t) => {
  const { ask, upstream } = await setStage(
    t,
    `routes:
  - { path: /x, permit: anyone, forward: shop }
  - { path: /override, permit: anyone, allow: [method_override], forward: shop }`,
  );
  const headers = {
    'X-HTTP-Method-Override': 'DELETE',
    'X-Original-URL': '/admin',
    'X-Rewrite-URL': '/admin',
    'X-Plain': 'kept',
  };
  await ask('POST /x', headers, '');
  await ask('POST /override', headers, '');
  const [plain, override] = upstream.requests;
  for (const name of ['x-http-method-override', 'x-original-url', 'x-rewrite-url'])
    t.same(plain?.header(name), []);
  t.same(plain?.header('x-plain'), ['kept']);
  t.same(override?.header('x-http-method-override'), ['DELETE']);
  t.same(override?.header('x-original-url'), []);
});
