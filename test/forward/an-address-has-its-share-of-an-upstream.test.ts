import t, { type Test } from 'tap';
import { connect, type RawClient } from '../support/raw.ts';
import { json, setStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const FIRST = '192.0.2.1';
const OTHER = '192.0.2.2';

/** An upstream with ten places of which an address may have three, behind a proxy that names its clients. */
async function narrow(t: Test) {
  const stage = await setStage(
    t,
    `guard: off
trusted_proxies: [127.0.0.1]
upstreams: { shop: { url: '\${SHOP}', concurrency: 10, per_address: 3 } }
routes: [{ path: /**, permit: anyone, forward: { upstream: shop, websocket: true } }]`,
    { upstream: { early: true, reply: ({ target }) => (target === '/hangs' ? () => {} : undefined) } },
  );
  const { gateway, upstream, ask } = stage;
  const opened: RawClient[] = [];
  t.teardown(() => {
    for (const client of opened) client.destroy();
  });
  async function hold(address: string | undefined, head: string, body = ''): Promise<RawClient> {
    const client = await connect(gateway.port);
    opened.push(client);
    const from = address === undefined ? '' : `X-Forwarded-For: ${address}\r\n`;
    const before = upstream.requests.length;
    await client.send(`${head} HTTP/1.1\r\nHost: a\r\n${from}\r\n${body}`);
    await until(() => upstream.requests.length > before);
    return client;
  }
  const statusFor = async (address: string) => (await ask('GET /', { 'X-Forwarded-For': address })).status;
  return { ...stage, hold, statusFor };
}

t.test('slow requests of one address leave room for those of another', async (t) => {
  const { hold, statusFor, gateway, ask, upstream } = await narrow(t);
  const held = [
    await hold(FIRST, 'GET /hangs'),
    await hold(FIRST, 'GET /hangs'),
    await hold(FIRST, 'GET /hangs'),
  ];
  const refused = await ask('POST /', { 'X-Forwarded-For': FIRST }, 'body');
  t.equal(refused.status, 503);
  t.same(refused.header('retry-after'), ['1']);
  t.same(json(refused), { detail: 'Service temporarily unavailable, try again later.' });
  t.match(await gateway.lines(1), [{ code: 'upstream_unavailable', reason: /3 requests of this address/ }]);
  t.equal(await statusFor(OTHER), 200, 'another address');
  held[0]?.destroy();
  await until(async () => (await statusFor(FIRST)) === 200);
  t.equal(upstream.requests.filter(({ target }) => target === '/hangs').length, 3);
});

t.test('addresses of one IPv6 network share a share', async (t) => {
  const { hold, statusFor } = await narrow(t);
  for (const host of ['1', '2', '3']) await hold(`2001:db8:0:1::${host}`, 'GET /hangs');
  t.equal(await statusFor('2001:db8:0:1:ffff::4'), 503);
  t.equal(await statusFor('2001:db8:0:2::1'), 200);
});

t.test('a trusted proxy that names no client has no share, and all of the upstream', async (t) => {
  const { hold, ask } = await narrow(t);
  for (let n = 0; n < 10; n++) await hold(undefined, 'GET /hangs');
  t.equal((await ask('GET /')).status, 503, 'ten are under way');
});

t.test('bodies that arrive slowly and replies that are not read count too', async (t) => {
  const { hold, statusFor, upstream } = await narrow(t);
  await hold(FIRST, 'POST /hangs HTTP/1.1\r\nContent-Length: 1000\r\nX-Rest:', 'slow');
  upstream.reply(() => (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n');
    socket.write(Buffer.alloc(20_000_000));
  });
  for (let n = 0; n < 2; n++) (await hold(FIRST, 'GET /large')).socket.pause();
  upstream.reply(undefined);
  t.equal(await statusFor(FIRST), 503);
  t.equal(await statusFor(OTHER), 200);
});

t.test('WebSockets count, in the share and in the whole', async (t) => {
  const { hold, statusFor, upstream } = await narrow(t);
  const upgrade =
    'GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nX-Rest:';
  const sockets = [await hold(FIRST, upgrade), await hold(FIRST, upgrade), await hold(FIRST, upgrade)];
  t.equal(await statusFor(FIRST), 503);
  for (const address of ['192.0.2.3', '192.0.2.4']) for (let n = 0; n < 3; n++) await hold(address, upgrade);
  t.equal(await statusFor(OTHER), 200, 'the tenth place');
  await hold('192.0.2.5', upgrade);
  t.equal(await statusFor(OTHER), 503, 'all ten are open');
  for (const socket of sockets) socket.destroy();
  await until(async () => (await statusFor(FIRST)) === 200);
  await until(() => upstream.open <= 8);
});
