import t from 'tap';
import { connect } from '../support/raw.ts';
import { setStage } from '../support/stage.ts';
import { openWebSocket } from '../support/websocket.ts';

/** Where nobody listens: ports below 1024 are not given to servers that ask for any. */
const DEAD = 'http://127.0.0.1:1';
const OPEN = 'routes: [{ path: /**, permit: anyone, forward: { upstream: shop, websocket: true } }]';

t.test('with one of two servers dead, no client notices', async (t) => {
  const { ask, gateway, upstream } = await setStage(
    t,
    `guard: off\nupstreams: { shop: { urls: ['${DEAD}', '\${SHOP}'] } }\n${OPEN}`,
  );
  for (let n = 0; n < 20; n++) {
    const [got, put] = await Promise.all([ask(`GET /${n}`), ask(`PUT /${n}`, {}, `body ${n}`)]);
    t.same([got.status, put.status], [200, 200]);
  }
  const bodies = upstream.requests
    .filter(({ method }) => method === 'PUT')
    .map(({ body }) => body.toString());
  t.same(
    bodies.sort(),
    Array.from({ length: 20 }, (_, n) => `body ${n}`).sort(),
    'with every body whole, once',
  );

  const chunked = await connect(gateway.port);
  await chunked.send(
    'POST /chunked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  );
  t.equal((await chunked.response()).status, 200);
  chunked.destroy();
  t.equal(upstream.requests.at(-1)?.body.toString(), 'abc');

  for (let n = 0; n < 4; n++) {
    const socket = await openWebSocket(gateway.port, '/ws');
    t.equal(socket.response.status, 101);
    await socket.close();
  }
});

t.test('with all of them dead the answer is 502, and each was tried once', async (t) => {
  const urls = [1, 2, 3].map((port) => `'http://127.0.0.1:${port}'`);
  const { ask, gateway } = await setStage(t, `upstreams: { shop: { urls: [${urls}] } }\n${OPEN}`);
  for (let n = 0; n < 3; n++) t.equal((await ask('GET /')).status, 502);
  t.equal((await openWebSocket(gateway.port, '/ws')).response.status, 502);
  t.match((await gateway.lines(4))[0], { code: 'upstream_unreachable', reason: 'ECONNREFUSED' });
});

t.test('a server that has received a request keeps it: no other is asked', async (t) => {
  const { ask, upstream } = await setStage(
    t,
    `upstreams: { shop: { urls: ['\${SHOP}', '\${SHOP}'] } }\n${OPEN}`,
  );
  upstream.reply(() => (socket) => void socket.destroy());
  t.equal((await ask('GET /')).status, 502);
  t.equal((await ask('POST /', {}, 'body')).status, 502);
  t.same(
    upstream.requests.map(({ method }) => method),
    ['GET', 'POST'],
  );
});
