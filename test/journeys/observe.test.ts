import t from 'tap';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { key, mint } from '../support/jwt.ts';
import { ask, onBothStores, setStage } from '../support/stage.ts';

const yaml = `authenticators:
  token: { type: redis-token }
  query: { type: redis-token, in: query, name: key }
  cookie: { type: redis-token, in: cookie, name: sid }
  jwt: { type: jwt, algorithms: [HS256], secret: 0123456789abcdef0123456789abcdef }
defaults: { authenticate: [token, query, cookie, jwt], permit: authenticated }
routes:
  - { id: me, path: /me/**, forward: shop }
  - { id: staff, path: /staff, permit: staff, forward: shop }
  - { id: slow, path: /slow, throttle: { rate: 0/m }, forward: shop }`;
const SECRETS = ['s3cret-token', 's3cret-query', 's3cret-cookie', 's3cret-value', 's3cret-body', 'eyJ'];
const records = { 'token:s3cret-token': { id: 7, note: 's3cret-value' }, 'token:s3cret-query': { id: 8 } };
const known = { Authorization: 'Token s3cret-token' };

onBothStores('one line per request says what was decided, and why', async (t, stage) => {
  const { ask, gateway } = await stage(t, yaml, { records });
  await ask('POST /me/x?a=b', { ...known, Host: 'Shop.test:80' }, 'abc');
  await ask('GET /me');
  await ask('GET /staff', known);
  await ask('GET /slow', known);
  await ask('GET /nowhere', known);
  await ask('PURGE /me', known);
  await ask('GET /me/../staff', known);
  const [forwarded, ...refused] = await gateway.lines(7);
  t.match(forwarded, {
    msg: 'request',
    time: /^\d{4}-\d\d-\d\dT/,
    request_id: /^[0-9a-f-]{36}$/,
    method: 'POST',
    host: 'shop.test',
    path: '/me/x',
    client: '127.0.0.1',
    route: 'me',
    decision: 'forward',
    status: 200,
    user: '7',
    by: 'token',
    duration_ms: Number,
    upstream_ms: Number,
    bytes: 11,
  });
  for (const name of ['step', 'code', 'reason', 'place']) t.notOk(name in (forwarded ?? {}), name);
  const expected = [
    ['me', 'authenticate', 'not_authenticated', 401],
    ['staff', 'permit', 'permission_denied', 403],
    ['slow', 'throttle', 'throttled', 429],
    [undefined, 'match', 'no_route', 404],
    [undefined, 'match', 'method_not_allowed', 405],
    [undefined, 'listen', 'bad_target', 400],
  ];
  t.same(
    refused.map(({ route, step, code, status }) => [route, step, code, status]),
    expected,
  );
  for (const line of refused) {
    t.equal(line.decision, 'refuse');
    t.type(line.reason, 'string');
    t.match(
      line.place ?? '',
      line.route === undefined ? /^$/ : /^routes\.yaml:\d+:\d+$/,
      'the place of the route',
    );
    t.notOk('upstream_ms' in line);
  }
  t.same(
    refused.map(({ user }) => user),
    [undefined, '7', '7', undefined, undefined, undefined],
  );
});

onBothStores('no secret is ever written', async (t, stage) => {
  const { ask, gateway } = await stage(t, yaml, { records });
  const token = await mint(key('HS256'), { sub: 's3cret-value' });
  await ask('POST /me?q=s3cret-value', known, 's3cret-body');
  await ask('GET /me?key=s3cret-query');
  await ask('GET /me?key=s3cret-query-wrong');
  await ask('GET /me', { Cookie: 'sid=s3cret-cookie; other=s3cret-value' });
  await ask('GET /me', { Authorization: 'Token s3cret-token s3cret-value' });
  await ask('GET /me', { Authorization: `Bearer ${token}` });
  await ask('GET /me', { Authorization: `Bearer ${token}x` });
  await ask('GET //?key=s3cret-query', { Referer: 'http://a/?s3cret-value' });
  await gateway.lines(8);
  const text = JSON.stringify(gateway.log);
  for (const secret of SECRETS) t.notOk(text.includes(secret), secret);
});

t.test('nothing that a client sends forges a line, or fills the disk', async (t) => {
  const { ask, gateway } = await setStage(t, 'routes: [{ path: /**, permit: anyone, forward: shop }]');
  await ask('GET /%0a{"msg":"request"}');
  await ask('GET /%E2%80%AE%C2%9Bevil');
  await ask(`GET /${'x'.repeat(5_000)}`, { Host: `${'h'.repeat(300)}` });
  const lines = await gateway.lines(3);
  t.equal(lines.length, 3);
  for (const line of lines) {
    t.notMatch(JSON.stringify(line), /[\u007f-\u009f\u202a-\u202e]/);
    t.ok(JSON.stringify(line).length < 1_200);
  }
});

t.test('a process writes one JSON line per request on standard output, or none when told so', async (t) => {
  const routes =
    'upstreams: { echo: { type: echo } }\nroutes: [{ path: /**, permit: anyone, forward: echo }]\n';
  const loud = await startGatewayProcess(routes);
  await ask(loud.port, 'GET /a');
  await ask(loud.port, 'GET /b');
  await loud.stop('SIGTERM');
  const requests = (stdout: string) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; path: string })
      .filter(({ msg }) => msg === 'request')
      .map(({ path }) => path);
  t.same(requests(loud.stdout()), ['/a', '/b']);
  const quiet = await startGatewayProcess(`${routes}log: { access: off }\n`);
  await ask(quiet.port, 'GET /a');
  await quiet.stop();
  t.same(requests(quiet.stdout()), []);
});
