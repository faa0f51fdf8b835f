import { json, onBothStores } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { answer } from '../support/upstream.ts';
import { openWebSocket } from '../support/websocket.ts';

const yaml = `authenticators:
  token: { type: redis-token }
  query: { type: redis-token, in: query }
defaults: { authenticate: [token, query], permit: authenticated }
routes:
  - { id: live, path: /live/**, forward: { upstream: shop, websocket: true, strip_prefix: /live } }
  - { id: staff, path: /staff, permit: staff, forward: { upstream: shop, websocket: true } }
  - { id: slow, path: /slow, permit: anyone, throttle: { rate: 1/m, by: ip }, forward: { upstream: shop, websocket: true } }
  - { id: plain, path: /plain, forward: shop }
  - { id: post, path: /post, methods: [POST], permit: anyone, forward: { upstream: shop, websocket: true } }`;
const records = { 'token:ada': { id: 7 } };
const known: [string, string][] = [['Authorization', 'Token ada']];

onBothStores('an upgrade passes the same steps and carries the same identity', async (t, stage) => {
  const { gateway, upstream } = await stage(t, yaml, { records });
  const socket = await openWebSocket(gateway.port, '/live/chat?token=ada&room=1', [
    ['X-User', 'admin'],
    ['X-User-Id', '1'],
    ['Origin', `http://127.0.0.1:${gateway.port}`],
  ]);
  t.equal(socket.response.status, 101);
  for (const text of ['hello', 'x'.repeat(60_000), '日本']) {
    await socket.send(text);
    t.equal(await socket.message(), text);
  }
  const received = await upstream.next();
  t.equal(received.target, '/chat?room=1', 'the credential and the prefix are cut');
  t.same(received.header('x-user'), ['7']);
  t.same(received.header('x-user-id'), []);
  t.same(received.header('origin'), [`http://127.0.0.1:${gateway.port}`]);
  t.same(received.header('host'), [`127.0.0.1:${upstream.port}`]);
  t.same(received.header('x-forwarded-for'), ['127.0.0.1']);
  t.same(received.header('x-request-id'), socket.response.header('x-request-id'));
  await socket.close();
  t.match((await gateway.lines(1))[0], { route: 'live', status: 101, user: '7', decision: 'forward' });
});

onBothStores('who may not upgrade is told so, and the socket is closed', async (t, stage) => {
  const { gateway, upstream } = await stage(t, yaml, { records });
  const refused: [string, [string, string][], number][] = [
    ['/live/chat', [], 401],
    ['/live/chat', [['Authorization', 'Token wrong']], 401],
    ['/staff', known, 403],
    ['/plain', known, 400],
    ['/nowhere', known, 404],
    ['/post', known, 405],
    ['/live/../staff', known, 400],
    ['/live/chat', [...known, ['Host', 'a b']], 400],
  ];
  for (const [target, headers, status] of refused) {
    const { response, raw } = await openWebSocket(gateway.port, target, headers);
    t.equal(response.status, status, target);
    t.type(json(response).detail, 'string');
    if (status === 401) t.same(response.header('www-authenticate'), ['Token']);
    if (status === 405) t.same(response.header('allow'), ['POST']);
    t.same(await raw.closed, {}, 'closed in good order');
  }
  t.equal(upstream.requests.length, 0);
  t.same(
    (await gateway.lines(refused.length)).map(({ status }) => status),
    refused.map(([, , status]) => status),
  );
});

onBothStores('upgrades use quota, and an upgrade to something else is a plain request', async (t, stage) => {
  const { gateway, ask, upstream } = await stage(t, yaml, { records });
  const first = await openWebSocket(gateway.port, '/slow');
  t.equal(first.response.status, 101);
  await first.close();
  const second = await openWebSocket(gateway.port, '/slow');
  t.equal(second.response.status, 429);
  t.same(second.response.header('retry-after'), ['60']);
  await second.raw.closed;
  upstream.clear();
  const other = { Connection: 'Upgrade', Upgrade: 'h2c', Authorization: 'Token ada' };
  t.equal((await ask('GET /live/x', other)).status, 200);
  t.same(upstream.requests[0]?.header('upgrade'), []);
});

onBothStores(
  'an upstream that refuses the upgrade is heard, and either end closes both',
  async (t, stage) => {
    const { gateway, upstream } = await stage(t, yaml, { records });
    upstream.reply(() => (socket) => void socket.end(answer(403, 'no chat for you', [['X-Why', 'full']])));
    const refused = await openWebSocket(gateway.port, '/live/chat', known);
    t.equal(refused.response.status, 403);
    t.equal(refused.response.body.toString(), 'no chat for you');
    t.same(refused.response.header('x-why'), ['full']);
    await refused.raw.closed;
    t.match((await gateway.lines(1))[0], { status: 403 });

    upstream.reply(() => undefined);
    const leaving = await openWebSocket(gateway.port, '/live/chat', known);
    t.equal(leaving.response.status, 101);
    leaving.raw.destroy();
    await until(() => upstream.open === 0);

    const left = await openWebSocket(gateway.port, '/live/chat', known);
    await left.send('hello');
    await left.message();
    await upstream.close();
    await left.raw.closed;
  },
);
