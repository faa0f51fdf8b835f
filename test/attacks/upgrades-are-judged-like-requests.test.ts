import t from 'tap';
import type { Pair } from '../support/http.ts';
import { connect } from '../support/raw.ts';
import { ADA, BOB, head, stand } from '../support/stand.ts';
import { until } from '../support/until.ts';
import { openWebSocket } from '../support/websocket.ts';

// RFC 6455 §10.2, GHSA-2q7r-29rg-6m5h

const KEY: Pair = ['Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='];
const asked = (upgrade: string, ...more: Pair[]): Pair[] => [
  ['Connection', 'Upgrade'],
  ['Upgrade', upgrade],
  KEY,
  ...more,
];

t.test(
  'without a user 401, without the right 403, elsewhere 400 or 404; then the socket is closed',
  async (t) => {
    const { port, upstream, gateway } = await stand(t);
    const cases: [status: number, target: string, headers: Pair[]][] = [
      [401, '/club/x', asked('websocket')],
      [401, '/club/x', asked('websocket', ['Authorization', 'Token nobody'])],
      [403, '/club/x', asked('websocket', BOB, ['Origin', 'https://evil.test'])],
      [403, '/club/x', asked('websocket', BOB, ['Origin', 'null'])],
      [403, '/chat/x', asked('websocket', ['Origin', 'http://gate.test.evil.test'])],
      [400, '/public/x', asked('websocket')],
      [400, '/mine/x', asked('websocket', BOB)],
      [404, '/unrouted', asked('websocket')],
      [400, '/chat/x', asked('websocket, h2c')],
      [400, '/chat/x', asked('websocket', ['Upgrade', 'websocket'])],
      [400, '/chat/x', asked('websocket', ['Content-Length', '5'])],
      [400, '/chat/x', asked('websocket', ['Transfer-Encoding', 'chunked'])],
      [400, '/chat/../admin/x', asked('websocket', ADA)],
      [400, '/chat//x', asked('websocket')],
      [400, '/chat/x', asked('websocket', ['X_User', '1'])],
    ];
    for (const [status, target, headers] of cases) {
      const client = await connect(port);
      await client.send(`${head('GET', target, headers)}${head('GET', '/public/behind')}`);
      t.equal((await client.response()).status, status, `${target} ${JSON.stringify(headers)}`);
      await client.closed;
      t.equal(client.unread.length, 0);
    }
    const post = await connect(port);
    await post.send(head('POST', '/chat/x', asked('websocket')));
    t.equal((await post.response()).status, 400);
    await post.closed;
    t.same(upstream.requests, []);
    await until(() => gateway.log.filter(({ msg }) => msg === 'request').length === cases.length + 1);
  },
);

t.test('an Origin of the same host is no foreigner, and no Origin is no browser', async (t) => {
  const { upgrade, broken } = await stand(t);
  t.equal(await upgrade('/club/x', [BOB, ['Host', 'gate.test'], ['Origin', 'http://gate.test']]), 101);
  t.equal(await upgrade('/club/x', [BOB]), 101);
  t.same(await broken(), []);
});

t.test(
  'bytes behind a refused upgrade reach nobody, and those behind an accepted one its upstream only',
  async (t) => {
    const { port, upstream, broken } = await stand(t, { echo: 'bytes' });
    const client = await connect(port);
    await client.send(`${head('GET', '/chat/x', asked('websocket'))}${head('GET', '/mine/behind')}`);
    t.equal((await client.response()).status, 101);
    const echoed = (await client.read(head('GET', '/mine/behind').length)).toString();
    t.equal(echoed, head('GET', '/mine/behind'));
    client.destroy();
    t.same(
      upstream.requests.map(({ target }) => target),
      ['/chat/x'],
    );
    t.same(await broken(), []);
  },
);

t.test('an upstream that agrees to nothing is not joined', async (t) => {
  const { port, upstream } = await stand(t);
  const replies: [string, number][] = [
    ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 200],
    ['HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n', 426],
    ['HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n', 502],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 502],
    ['nonsense\r\n\r\n', 502],
  ];
  for (const [reply, status] of replies) {
    upstream.reply(() => (socket) => {
      socket.write(reply);
      socket.once('end', () => socket.end());
    });
    const { response, raw } = await openWebSocket(port, '/chat/x');
    t.equal(response.status, status, reply);
    await raw.closed;
  }
  await until(() => upstream.open === 0);
});

t.test('either end that goes away takes the other with it', async (t) => {
  const { port, upstream, gateway } = await stand(t);
  const left = await openWebSocket(port, '/chat/x');
  left.raw.destroy();
  await until(() => upstream.open === 0);
  upstream.reply(() => (socket) => void socket.resetAndDestroy());
  const cut = await connect(port);
  await cut.send(head('GET', '/chat/x', asked('websocket')));
  t.equal((await cut.response()).status, 502);
  await cut.closed;
  // A client that gives up before the upstream has answered.
  upstream.reply(() => (socket) => void socket.once('end', () => socket.end()));
  const early = await connect(port);
  await early.send(head('GET', '/chat/x', asked('websocket')));
  await until(() => upstream.open === 1);
  early.destroy();
  await until(() => upstream.open === 0);
  await gateway.lines(3);
  t.pass();
});
