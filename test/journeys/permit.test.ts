import t from 'tap';
import { json, onBothStores, setStage } from '../support/stage.ts';

const chain = 'authenticators: { token: { type: redis-token } }\ndefaults: { authenticate: [token] }\n';
const records = {
  'token:ada': {
    id: 7,
    username: 'ada',
    groups: ['editors'],
    permissions: 'shop.add_book',
    scopes: 'read write',
    is_vip: 1,
  },
  'token:ben': { id: 8, is_staff: true, is_vip: true },
  'token:eve': { id: 9, is_superuser: true, is_vip: '1', groups: null },
};
const STANDARD = 'You do not have permission to perform this action.';
const NO_CREDENTIALS = 'Authentication credentials were not provided.';

/** Statuses for nobody, ada, ben and eve, in turn. */
const rules: [permit: string, method: string, statuses: [number, number, number, number]][] = [
  ['anyone', 'GET', [200, 200, 200, 200]],
  ['authenticated', 'GET', [401, 200, 200, 200]],
  ['authenticated-or-read-only', 'GET', [200, 200, 200, 200]],
  ['authenticated-or-read-only', 'HEAD', [200, 200, 200, 200]],
  ['authenticated-or-read-only', 'OPTIONS', [200, 200, 200, 200]],
  ['authenticated-or-read-only', 'POST', [401, 200, 200, 200]],
  ['staff', 'GET', [401, 403, 200, 403]],
  ['superuser', 'GET', [401, 403, 403, 200]],
  ['{ group: editors }', 'GET', [401, 200, 403, 403]],
  ['{ permission: shop.add_book }', 'GET', [401, 200, 403, 200]],
  ['{ scope: write }', 'GET', [401, 200, 403, 403]],
  ['{ when: "user.is_vip == 1" }', 'GET', [401, 200, 403, 403]],
  ['{ any: [staff, superuser] }', 'GET', [401, 403, 200, 200]],
  ['{ all: [authenticated, { not: staff }] }', 'GET', [401, 200, 403, 200]],
  ['{ not: staff }', 'GET', [200, 200, 403, 200]],
  ['[authenticated, { not: superuser }]', 'GET', [401, 200, 200, 403]],
  ['named', 'GET', [401, 403, 200, 403]],
];

onBothStores('each permission says yes to those whom it means', async (t, stage) => {
  const routes = rules.map(
    ([permit], index) => `  - { id: r${index}, path: /r${index}, permit: ${permit}, forward: shop }\n`,
  );
  const { ask, upstream } = await stage(
    t,
    `${chain}permissions: { named: { all: [inner, authenticated] }, inner: staff }\nroutes:\n${routes.join('')}`,
    { records },
  );
  for (const [index, [permit, method, statuses]] of rules.entries()) {
    for (const [who, token] of [undefined, 'ada', 'ben', 'eve'].entries()) {
      const headers = token === undefined ? {} : { Authorization: `Token ${token}` };
      const { status } = await ask(`${method} /r${index}`, headers);
      t.equal(status, statuses[who], `${method} ${permit} for ${token ?? 'nobody'}`);
    }
  }
  const admitted = rules.flatMap(([, , statuses]) => statuses).filter((status) => status === 200);
  t.equal(upstream.requests.length, admitted.length, 'nobody else reaches the upstream');
});

onBothStores(
  'the known read the message and code of their refusal, the unknown are asked who they are',
  async (t, stage) => {
    const { ask } = await stage(
      t,
      `${chain}permissions:
  vip: { when: 'user.id == "nobody"', message: Only VIP members may do this., code: vip_only }
routes:
  - { path: /named, permit: vip, forward: shop }
  - { path: /second, permit: [authenticated, vip], forward: shop }
  - { path: /inside, permit: { any: [vip, staff] }, forward: shop }
  - { path: /denied, permit: { not: vip }, forward: shop }
  - { path: /plain, permit: staff, forward: shop }`,
      { records },
    );
    const known = { Authorization: 'Token ada' };
    for (const path of ['/named', '/second']) {
      const response = await ask(`GET ${path}`, known);
      t.equal(response.status, 403);
      t.same(response.header('content-type'), ['application/json']);
      t.same(response.header('www-authenticate'), []);
      t.same(json(response), { detail: 'Only VIP members may do this.', code: 'vip_only' });
      const unknown = await ask(`GET ${path}`);
      t.same([unknown.status, ...unknown.header('www-authenticate')], [401, 'Token']);
      t.same(json(unknown), { detail: NO_CREDENTIALS });
    }
    t.same(json(await ask('GET /inside', known)), { detail: STANDARD }, 'a member has lost its message');
    t.same(json(await ask('GET /plain', known)), { detail: STANDARD });
    t.equal((await ask('GET /denied', known)).status, 200);
  },
);

onBothStores('an owner is compared as text, with a parameter that has one reading', async (t, stage) => {
  const { ask, upstream } = await stage(
    t,
    `${chain}routes:
  - { path: /users/:id/**, permit: { owner: id }, forward: shop }
  - { path: /names/:name, permit: { owner: { param: name, field: username } }, forward: shop }
  - { path: /groups/:name, permit: { owner: { param: name, field: groups } }, forward: shop }
  - { path: /odd/:name, permit: { owner: { param: name, field: constructor } }, forward: shop }
  - { path: /either/:id, permit: { any: [staff, { owner: id }] }, forward: shop }
  - { path: /free/:id, permit: anyone, forward: shop }`,
    {
      records: {
        ...records,
        'token:issuer': { id: 'auth0|5f' },
        'token:blank': { id: 'Zoë L.' },
        'token:colon': { id: "f:1c:o'brien@example.com" },
      },
    },
  );
  const expected: [string, string | undefined, number][] = [
    ['/users/7/orders', 'ada', 200],
    ['/users/7', 'ada', 200],
    ['/users/8/orders', 'ada', 403],
    ['/users/07', 'ada', 403],
    ['/users/7', undefined, 401],
    ['/users/%37', 'ada', 400],
    ['/users/%37', undefined, 400],
    ['/users/7%20', 'ada', 400],
    ['/users/7/%C3%A9', 'ada', 200],
    ['/names/ada', 'ada', 200],
    ['/names/undefined', 'ben', 403],
    ['/groups/editors', 'ada', 403],
    ['/odd/x', 'ada', 403],
    ['/either/8', 'ben', 200],
    ['/either/7', 'ben', 200],
    ['/either/8', 'ada', 403],
    ['/either/%38', 'ben', 400],
    ['/free/%38', 'ben', 200],
    ['/users/auth0%7C5f', 'issuer', 200],
    ['/users/auth0%7c5f', 'issuer', 400],
    ['/users/%61uth0%7C5f', 'issuer', 400],
    ['/users/auth0%7C5g', 'issuer', 403],
    ['/users/Zo%C3%AB%20L.', 'blank', 200],
    ["/users/f:1c:o'brien@example.com", 'colon', 200],
    ['/users/f%3A1c%3Ao%27brien%40example.com', 'colon', 200],
    ['/users/f:1c:o%27br%69en@example.com', 'colon', 400],
  ];
  for (const [path, token, status] of expected) {
    const response = await ask(`GET ${path}`, token === undefined ? {} : { Authorization: `Token ${token}` });
    t.equal(response.status, status, `${path} by ${token}`);
    if (status === 400) t.same(json(response), { detail: 'Malformed request.' });
  }
  t.equal(upstream.requests.length, expected.filter(([, , status]) => status === 200).length);
});

onBothStores('what an expression cannot decide is a refusal, and the log says so', async (t, stage) => {
  const { ask, gateway } = await stage(
    t,
    `${chain}routes:
  - { path: /missing, permit: { when: user.nothing == 1 }, forward: shop }
  - { path: /not, permit: { not: { when: user.nothing == 1 } }, forward: shop }
  - { path: /rescued, permit: { any: [{ when: user.nothing == 1 }, authenticated] }, forward: shop }
  - { path: /settled, permit: { not: { all: [{ when: user.nothing == 1 }, staff] } }, forward: shop }
  - { path: /open, permit: { any: [{ when: user.nothing == 1 }, staff] }, forward: shop }
  - { path: /type, permit: { when: 'user.groups[0] > 1' }, forward: shop }`,
    { records },
  );
  const expected: [string, number, string | undefined][] = [
    ['/missing', 403, 'permission_undecided'],
    ['/not', 403, 'permission_undecided'],
    ['/rescued', 200, undefined],
    ['/settled', 200, undefined],
    ['/open', 403, 'permission_undecided'],
    ['/type', 403, 'permission_undecided'],
  ];
  for (const [path, status] of expected) {
    const response = await ask(`GET ${path}`, { Authorization: 'Token ada' });
    t.equal(response.status, status, path);
    if (status === 403) t.same(json(response), { detail: STANDARD });
  }
  const lines = await gateway.lines(expected.length);
  t.same(
    lines.map(({ code }) => code),
    expected.map(([, , code]) => code),
  );
});

t.test('expressions see parameters decoded once, and the request', async (t) => {
  const { ask } = await setStage(
    t,
    `routes:
  - { path: /p/:name, permit: { when: 'params.name == "Zoë/%41"' }, allow: [encoded_slash, encoded_percent], forward: shop }
  - { path: /r, permit: { when: 'request.method == "PUT" && request.host == "a.test" && request.path == "/r" && request.address == "127.0.0.1"' }, forward: shop }`,
  );
  t.equal((await ask('GET /p/Zo%C3%AB%2F%2541')).status, 200);
  t.equal((await ask('GET /p/Zo%C3%AB')).status, 403);
  t.equal((await ask('PUT /r?x=1', { Host: 'A.test:80' })).status, 200);
  t.equal((await ask('POST /r', { Host: 'a.test' })).status, 403);
});

t.test('permissions are asked before throttles, and a refusal uses no quota', async (t) => {
  const { ask } = await setStage(
    t,
    `${chain}routes: [{ path: /x, permit: staff, throttle: { rate: 1/m, by: ip }, forward: shop }]`,
    { records },
  );
  for (let i = 0; i < 3; i++) t.equal((await ask('GET /x', { Authorization: 'Token ada' })).status, 403);
  t.equal((await ask('GET /x', { Authorization: 'Token ben' })).status, 200);
  t.equal((await ask('GET /x', { Authorization: 'Token ben' })).status, 429);
});
