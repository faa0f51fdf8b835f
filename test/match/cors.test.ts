import t from 'tap';
import { type Headers, setStage } from '../support/stage.ts';
import { answer } from '../support/upstream.ts';
import { openWebSocket } from '../support/websocket.ts';

const APP = 'https://app.example.com';
const YAML = `
guard: off
authenticators: { token: { type: redis-token } }
defaults: { authenticate: [token] }
routes:
  - { path: /mine, methods: [GET, POST], cors: { origins: ['${APP}'], credentials: true, max_age: 5m }, forward: shop }
  - { path: /any, permit: anyone, cors: { origins: ['*'], methods: [GET], headers: [X-A] }, forward: shop }
  - { path: /once, permit: anyone, throttle: { rate: 1/h, by: ip }, cors: { origins: ['${APP}'] }, forward: shop }
  - { path: /plain, forward: shop }
  - { path: /ws, permit: anyone, cors: { origins: ['${APP}'] }, forward: { upstream: shop, websocket: true } }
  - { path: /ws-plain, permit: anyone, forward: { upstream: shop, websocket: true } }
`;
const RECORDS = { records: { 'token:good': { id: 7 } } };
const preflight = (origin: string, method = 'GET'): Headers => ({
  Origin: origin,
  'Access-Control-Request-Method': method,
  'Access-Control-Request-Headers': 'authorization',
});

t.test('a preflight is answered here, without a credential and without the upstream', async (t) => {
  const { ask, upstream } = await setStage(t, YAML, RECORDS);
  const allowed = await ask('OPTIONS /mine', preflight(APP, 'POST'));
  t.equal(allowed.status, 204);
  const expected = {
    'access-control-allow-origin': APP,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'Accept, Authorization, Content-Type, X-CSRFToken, X-Requested-With',
    'access-control-max-age': '300',
    vary: 'Origin',
  };
  for (const [name, value] of Object.entries(expected)) t.same(allowed.header(name), [value], name);
  const any = await ask('OPTIONS /any', preflight('https://elsewhere.example'));
  t.same([any.status, any.header('access-control-allow-origin')], [204, ['*']]);
  t.same(any.header('access-control-allow-methods'), ['GET']);
  t.same(any.header('access-control-allow-headers'), ['X-A']);
  t.same(any.header('access-control-allow-credentials'), []);
  t.equal(upstream.requests.length, 0);
});

t.test('a preflight from a page that the route does not list is refused', async (t) => {
  const { ask, upstream } = await setStage(t, YAML, RECORDS);
  for (const origin of [
    'https://evil.example',
    'http://app.example.com',
    'https://app.example.com.evil.example',
    'https://app.example.com:8443',
    'https://xapp.example.com',
    'null',
    '*',
    '',
  ]) {
    const refused = await ask('OPTIONS /mine', preflight(origin));
    t.equal(refused.status, 403, origin);
    t.same(refused.header('access-control-allow-origin'), []);
  }
  t.equal(upstream.requests.length, 0);
});

t.test('an OPTIONS request that is no preflight, or of a route without cors, is authenticated', async (t) => {
  const { ask, upstream } = await setStage(t, YAML, RECORDS);
  t.equal((await ask('OPTIONS /plain')).status, 401);
  t.equal((await ask('OPTIONS /plain', preflight(APP))).status, 401);
  t.equal((await ask('OPTIONS /mine', { Origin: APP })).status, 405, 'without a method it asks for OPTIONS');
  t.equal((await ask('OPTIONS /mine', { 'Access-Control-Request-Method': 'GET' })).status, 405);
  t.equal((await ask('OPTIONS /mine', preflight(APP, 'DELETE'))).status, 405, 'no route has that method');
  t.equal((await ask('OPTIONS /nowhere', preflight(APP))).status, 404);
  t.equal(upstream.requests.length, 0);
  t.equal((await ask('OPTIONS /plain', { ...preflight(APP), Authorization: 'Token good' })).status, 200);
});

t.test('refusals can be read by the page that asked, and by no other', async (t) => {
  const { ask } = await setStage(t, YAML, RECORDS);
  const origin = (headers: Headers) => ({ Origin: APP, ...headers });
  await ask('GET /once', origin({}));
  for (const [line, headers, status] of [
    ['GET /mine', {}, 401],
    ['GET /mine', { Authorization: 'Token bad' }, 401],
    ['GET /once', {}, 429],
  ] as const) {
    const refused = await ask(line, origin(headers));
    t.equal(refused.status, status);
    t.same(refused.header('access-control-allow-origin'), [APP]);
    t.same(refused.header('vary'), ['Origin']);
    const foreign = await ask(line, { ...headers, Origin: 'https://evil.example' });
    t.same(foreign.header('access-control-allow-origin'), [], 'not by a foreign page');
    t.same(foreign.header('vary'), ['Origin'], 'and no cache mixes the two up');
  }
});

t.test("of a route with cors the upstream's own answer to browsers is dropped", async (t) => {
  const { ask } = await setStage(t, YAML, {
    ...RECORDS,
    upstream: {
      reply: () =>
        answer(200, 'x', [
          ['Access-Control-Allow-Origin', '*'],
          ['access-control-allow-credentials', 'true'],
          ['ACCESS-CONTROL-EXPOSE-HEADERS', 'X-Secret'],
        ]),
    },
  });
  const good = { Authorization: 'Token good' };
  const own = await ask('GET /mine', { ...good, Origin: APP });
  t.same(own.header('access-control-allow-origin'), [APP]);
  t.same(own.header('access-control-allow-credentials'), ['true']);
  t.same(own.header('access-control-expose-headers'), ['X-Secret']);
  const foreign = await ask('GET /mine', { ...good, Origin: 'https://evil.example' });
  t.same(foreign.header('access-control-allow-origin'), []);
  t.same(foreign.header('access-control-allow-credentials'), []);
  t.same((await ask('GET /plain', good)).header('access-control-allow-origin'), ['*'], 'elsewhere it stays');
});

t.test('a WebSocket is opened by its own pages, by those that are listed, and by programs', async (t) => {
  const { gateway } = await setStage(t, YAML, RECORDS);
  const status = async (path: string, origin?: string) => {
    const socket = await openWebSocket(gateway.port, path, origin === undefined ? [] : [['Origin', origin]]);
    socket.raw.destroy();
    return socket.response.status;
  };
  for (const path of ['/ws', '/ws-plain']) {
    t.equal(await status(path), 101, 'a program says no origin');
    t.equal(await status(path, `http://127.0.0.1:${gateway.port}`), 101, 'its own');
    for (const foreign of ['https://evil.example', 'null', 'x', '', `http://127.0.0.1:${gateway.port + 1}`])
      t.equal(await status(path, foreign), 403, `${path} from ${foreign}`);
  }
  t.equal(await status('/ws', APP), 101);
  t.equal(await status('/ws-plain', APP), 403);
});

t.test('what would let any page act as its visitor is a problem of the file', async (t) => {
  for (const [cors, problem] of [
    ["{ origins: ['*'], credentials: true }", /every origin must be named/],
    ["{ origins: ['https://app.example.com/path'] }", /no path/],
    ["{ origins: ['app.example.com'] }", /scheme:\/\/host/],
    ['{ origins: [] }', /origins/],
    ["{ origins: ['https://a.example'], credential: true }", /credential/],
  ] as const) {
    const yaml = `routes: [{ path: /a, permit: anyone, cors: ${cors}, forward: shop }]`;
    await t.rejects(setStage(t, yaml), problem, cors);
  }
});

t.test('an origin may stand for all subdomains, and is read as browsers write it', async (t) => {
  const { ask } = await setStage(
    t,
    `
guard: off
routes:
  - path: /sub
    permit: anyone
    cors: { origins: ['https://*.example.com', 'https://One.Example:443', 'http://*.test:8080', 'https://bücher.example'] }
    forward: shop
`,
  );
  for (const [origin, status] of [
    ['https://a.example.com', 204],
    ['https://a.b-c.example.com', 204],
    ['http://a.test:8080', 204],
    ['https://one.example', 204],
    ['https://xn--bcher-kva.example', 204],
    ['https://example.com', 403],
    ['https://.example.com', 403],
    ['http://a.example.com', 403],
    ['https://a.example.com:8443', 403],
    ['https://a.example.com.evil.example', 403],
    ['https://evil.example/.example.com', 403],
    ['https://evil.example#.example.com', 403],
    ['https://a@.example.com', 403],
    ['http://a.test', 403],
  ] as const) {
    const { status: given, header } = await ask('OPTIONS /sub', preflight(origin));
    t.equal(given, status, origin);
    if (status === 204) t.same(header('access-control-allow-origin'), [origin]);
  }
});

t.test('pages may read what the route and the backend expose', async (t) => {
  const { ask } = await setStage(
    t,
    `
guard: off
routes:
  - { path: /both, permit: anyone, cors: { origins: ['${APP}'], expose: [X-Total, Link] }, forward: shop }
  - { path: /backend, permit: anyone, cors: { origins: ['${APP}'] }, forward: shop }
`,
    {
      upstream: {
        reply: () =>
          answer(200, '', [
            ['Access-Control-Expose-Headers', 'X-Page'],
            ['Access-Control-Allow-Origin', '*'],
          ]),
      },
    },
  );
  const both = await ask('GET /both', { Origin: APP });
  t.same(both.header('access-control-expose-headers').sort(), ['X-Page', 'X-Total, Link']);
  t.same(both.header('access-control-allow-origin'), [APP]);
  t.same((await ask('GET /backend', { Origin: APP })).header('access-control-expose-headers'), ['X-Page']);
});
