import t from 'tap';
import { json, setStage } from '../support/stage.ts';

const open = 'permit: anyone, forward: shop';

t.test('the most specific pattern wins, whatever the order in the file', async (t) => {
  const routes = [
    `{ id: all, path: /**, ${open} }`,
    `{ id: below, path: /users/**, ${open} }`,
    `{ id: one, path: /users/:id, ${open} }`,
    `{ id: me, path: /users/me, ${open} }`,
    `{ id: orders, path: /users/:id/orders, ${open} }`,
    `{ id: star, path: /users/*/cards, ${open} }`,
  ];
  const expected: [string, string][] = [
    ['/', 'all'],
    ['/elsewhere/x', 'all'],
    ['/users', 'below'],
    ['/users/', 'below'],
    ['/users/7/unknown', 'below'],
    ['/users/7', 'one'],
    ['/users/me', 'me'],
    ['/users/ME', 'one'],
    ['/users/me/orders', 'orders'],
    ['/users/7/orders', 'orders'],
    ['/users/7/orders/', 'below'],
    ['/users/7/cards', 'star'],
  ];
  for (const order of [routes, routes.toReversed()]) {
    const { gateway, ask } = await setStage(t, `routes: [${order.join(', ')}]`);
    for (const [path] of expected) t.equal((await ask(`GET ${path}`)).status, 200, path);
    const lines = await gateway.lines(expected.length);
    t.same(
      lines.map(({ path, route }) => [path, route]),
      expected,
    );
  }
});

t.test('/x/** is /x, /x/ and everything below, and nothing beside', async (t) => {
  const { ask } = await setStage(t, `routes: [{ path: /x/**, ${open} }]`);
  for (const path of ['/x', '/x/', '/x/y', '/x/y/z/', '/x?a=1'])
    t.equal((await ask(`GET ${path}`)).status, 200, path);
  for (const path of ['/', '/xy', '/X', '/y/x']) {
    const response = await ask(`GET ${path}`);
    t.equal(response.status, 404, path);
    t.same(json(response), { detail: 'Not found.' });
  }
});

t.test('paths are exact in case and trailing slash', async (t) => {
  const { ask } = await setStage(t, `routes: [{ path: /books/new, ${open} }, { path: /lists/, ${open} }]`);
  t.equal((await ask('GET /books/new')).status, 200);
  t.equal((await ask('GET /lists/')).status, 200);
  for (const path of ['/books/new/', '/Books/new', '/lists'])
    t.equal((await ask(`GET ${path}`)).status, 404, path);
});

t.test('a backend that is lax about case and slash is matched in the same way', async (t) => {
  const { ask, upstream } = await setStage(
    t,
    `upstreams:
  shop: { url: '\${SHOP}', paths: { case: ignored, trailing_slash: ignored } }
routes:
  - { path: /books/new, permit: { group: none }, forward: shop, authenticate: [anyway] }
  - { path: /**, permit: anyone, forward: shop }
authenticators: { anyway: { type: redis-token } }`,
  );
  for (const path of ['/books/new', '/Books/NEW', '/books/new/', '/BOOKS/new/'])
    t.equal((await ask(`GET ${path}`)).status, 401, path);
  t.equal((await ask('GET /Books/Old')).status, 200);
  t.equal(upstream.requests[0]?.target, '/Books/Old', 'forwarded as it was sent');
});

t.test('a method that the pattern does not have is 405, and no wider pattern is asked', async (t) => {
  const { ask, upstream } = await setStage(
    t,
    `routes:
  - { path: /books/*, methods: [GET], ${open} }
  - { id: change, path: /books/*, methods: [PUT, PATCH], ${open} }
  - { path: /*, ${open} }
  - { path: /**, ${open} }`,
  );
  const response = await ask('DELETE /books/1');
  t.equal(response.status, 405);
  t.same(response.header('allow'), ['GET, HEAD, PATCH, PUT']);
  t.same(json(response), { detail: 'Method "DELETE" not allowed.' });
  t.equal(upstream.requests.length, 0);
  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH'])
    t.equal((await ask(`${method} /books/1`)).status, 200);
  t.equal((await ask('DELETE /books')).status, 200);
});

t.test('a route without methods takes the seven, and never TRACE or CONNECT', async (t) => {
  const { ask, upstream } = await setStage(t, `routes: [{ path: /**, ${open} }]`);
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
  for (const method of methods) t.equal((await ask(`${method} /`)).status, 200, method);
  t.equal((await ask('TRACE /')).status, 405);
  t.equal((await ask('PROPFIND /')).status, 405);
  t.equal((await ask('CONNECT example.com:80')).status, 400);
  t.same(
    upstream.requests.map(({ method }) => method),
    methods,
  );
});

t.test('HEAD goes where GET goes, unless it has a route of its own', async (t) => {
  const { ask, gateway, upstream } = await setStage(
    t,
    `routes:
  - { id: head, path: /own, methods: [HEAD], ${open} }
  - { id: get, path: /own, methods: [GET], ${open} }
  - { id: both, path: /shared, methods: [GET], ${open} }`,
  );
  for (const line of ['HEAD /own', 'GET /own', 'HEAD /shared']) t.equal((await ask(line)).status, 200, line);
  t.same(
    (await gateway.lines(3)).map(({ route }) => route),
    ['head', 'get', 'both'],
  );
  t.same(
    upstream.requests.map(({ method }) => method),
    ['HEAD', 'GET', 'HEAD'],
  );
});

t.test('the host is chosen before the path: exact, then the longest suffix, then none', async (t) => {
  const { ask, gateway } = await setStage(
    t,
    `routes:
  - { id: none, path: /**, ${open} }
  - { id: wide, host: '*.example.com', path: /**, ${open} }
  - { id: narrow, host: '*.eu.example.com', path: /**, ${open} }
  - { id: exact, host: shop.eu.example.com, path: /only/**, ${open} }`,
  );
  const expected: [string, string, string][] = [
    ['shop.eu.example.com', '/only/x', 'exact'],
    ['SHOP.eu.Example.COM:8080', '/only', 'exact'],
    ['shop.eu.example.com.', '/only', 'exact'],
    ['shop.eu.example.com', '/else', 'narrow'],
    ['a.b.eu.example.com', '/', 'narrow'],
    ['eu.example.com', '/', 'wide'],
    ['x.example.com', '/only', 'wide'],
    ['example.com', '/', 'none'],
    ['notexample.com', '/', 'none'],
    ['[::1]:80', '/', 'none'],
  ];
  for (const [host, path] of expected) t.equal((await ask(`GET ${path}`, { Host: host })).status, 200, host);
  const lines = await gateway.lines(expected.length);
  t.same(
    lines.map(({ route }) => route),
    expected.map(([, , route]) => route),
  );
});

t.test('a host that has the pattern but not the method is 405, and other hosts are not asked', async (t) => {
  const { ask } = await setStage(
    t,
    `routes:
  - { path: /x, ${open} }
  - { id: a, host: a.test, path: /x, methods: [GET], ${open} }`,
  );
  t.equal((await ask('POST /x', { Host: 'a.test' })).status, 405);
  t.equal((await ask('POST /x', { Host: 'b.test' })).status, 200);
});

t.test('segments are compared decoded, and forwarded as they were sent', async (t) => {
  const { ask, upstream } = await setStage(t, `routes: [{ path: /caf%C3%A9/menu, ${open} }]`);
  for (const path of ['/caf%C3%A9/menu', '/caf%c3%a9/m%65nu']) {
    t.equal((await ask(`GET ${path}`)).status, 200, path);
    t.equal(upstream.requests.at(-1)?.target, path);
  }
});

t.test('what can be read in two ways is refused before any route is asked', async (t) => {
  const { ask, upstream } = await setStage(t, `routes: [{ path: /**, ${open} }]`);
  for (const path of ['/a/../b', '/a//b', '/a/./b', '/a%2Fb', '/a;x', '/a%00', '/%E9', '/a%5cb', '/a%252e'])
    t.equal((await ask(`GET ${path}`)).status, 400, path);
  t.equal(upstream.requests.length, 0);
});

t.test('strip_prefix cuts whole segments, and what remains is a path', async (t) => {
  const { ask, upstream } = await setStage(
    t,
    `routes:
  - { path: /api/v1/**, permit: anyone, forward: { upstream: shop, strip_prefix: /api/v1 } }
  - { path: /api/**, permit: anyone, forward: { upstream: shop, strip_prefix: /api } }`,
  );
  const expected: [string, string][] = [
    ['/api/v1/books/1?q=%2F', '/books/1?q=%2F'],
    ['/api/v1', '/'],
    ['/api/v1/', '/'],
    ['/api/v1?x', '/?x'],
    ['/api/v12', '/v12'],
    ['/api/%7Eada/', '/%7Eada/'],
  ];
  for (const [path] of expected) t.equal((await ask(`GET ${path}`)).status, 200, path);
  t.same(
    upstream.requests.map(({ target }) => target),
    expected.map(([, target]) => target),
  );
  const encoded = await ask('GET /%61pi/x');
  t.equal(encoded.status, 400, 'a prefix in another spelling is not cut');
});
