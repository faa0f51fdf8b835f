import { once } from 'node:events';
import t from 'tap';
import { connect } from '../support/raw.ts';
import { json, setStage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { answer, startUpstream } from '../support/upstream.ts';

const open = 'routes: [{ path: /**, permit: anyone, forward: shop }]';

t.test('a request arrives as it was sent, with what the gateway knows of its way', async (t) => {
  const { gateway, upstream } = await setStage(t, open);
  const client = await connect(gateway.port);
  await client.send(
    `POST /a/%7Eb?q=%2f&&x=1? HTTP/1.1\r\nHost: Shop.Example:81\r\nAccept: a\r\nX-Two: 1\r\nx-two: 2\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n` +
      'Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nX-Forwarded-For: 192.0.2.1\r\n' +
      'X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nX-Forwarded-User: admin\r\nForwarded: for=x\r\nX-Real-IP: 192.0.2.1\r\nX-Request-Id: mine\r\n\r\n\0\xff\r\n',
  );
  const response = await client.response();
  t.equal(response.status, 200);
  client.destroy();
  const received = await upstream.next();
  t.equal(received.line, 'POST /a/%7Eb?q=%2f&&x=1? HTTP/1.1');
  t.same(received.body, Buffer.from('\0\xff\r\n', 'latin1'));
  const expected: Record<string, string[]> = {
    host: [`127.0.0.1:${upstream.port}`],
    accept: ['a'],
    'x-two': ['1', '2'],
    'content-type': ['text/plain'],
    'content-length': ['4'],
    'x-forwarded-for': ['127.0.0.1'],
    'x-forwarded-proto': ['http'],
    'x-forwarded-host': ['Shop.Example:81'],
    'x-forwarded-user': [],
    forwarded: [],
    'x-real-ip': [],
    'x-hop': [],
    'keep-alive': [],
    te: [],
    'proxy-authorization': [],
  };
  for (const [name, values] of Object.entries(expected)) t.same(received.header(name), values, name);
  const [id = ''] = received.header('x-request-id');
  t.match(id, /^[0-9a-f-]{36}$/);
  t.same(response.header('x-request-id'), [id], 'the same for the client');
});

t.test('what a trusted proxy says of the way is believed and handed on', async (t) => {
  const { ask, upstream } = await setStage(t, `trusted_proxies: [127.0.0.1]\n${open}`);
  const response = await ask('GET /', {
    'X-Forwarded-For': '198.51.100.1, 192.0.2.1',
    'X-Forwarded-Proto': 'https',
    'X-Request-Id': 'trace/1:a',
  });
  const received = await upstream.next();
  t.same(received.header('x-forwarded-for'), ['198.51.100.1, 192.0.2.1, 127.0.0.1']);
  t.same(received.header('x-forwarded-proto'), ['https']);
  t.same(received.header('x-request-id'), ['trace/1:a']);
  t.same(response.header('x-request-id'), ['trace/1:a']);
  await ask('GET /', { 'X-Request-Id': 'two words' });
  t.match((await upstream.next()).header('x-request-id')[0], /^[0-9a-f-]{36}$/, 'odd ids are replaced');
});

t.test('preserve_host sends the Host of the client', async (t) => {
  const { ask, upstream } = await setStage(
    t,
    `upstreams: { shop: { url: '\${SHOP}', preserve_host: true } }
routes:
  - { path: /a, permit: anyone, forward: shop }
  - { path: /b, permit: anyone, forward: { upstream: shop, preserve_host: false } }`,
  );
  await ask('GET /a', { Host: 'Shop.Example:81' });
  await ask('GET /b', { Host: 'Shop.Example:81' });
  t.same(
    upstream.requests.map((request) => request.header('host')),
    [['Shop.Example:81'], [`127.0.0.1:${upstream.port}`]],
  );
});

t.test('a reply is passed on as it came', async (t) => {
  const { ask, upstream } = await setStage(t, open);
  upstream.reply(() =>
    answer(418, 'a \u00e9', [
      ['Set-Cookie', 'a=1; Path=/'],
      ['Set-Cookie', 'b=2'],
      ['Location', 'http://shop.internal/x'],
      ['Connection', 'keep-alive, X-Hop'],
      ['X-Hop', '1'],
      ['Keep-Alive', 'timeout=9'],
      ['X-Plain', 'kept'],
    ]),
  );
  const response = await ask('GET /');
  t.equal(response.status, 418);
  t.equal(response.body.toString(), 'a \u00e9');
  t.same(response.header('set-cookie'), ['a=1; Path=/', 'b=2']);
  t.same(response.header('location'), ['http://shop.internal/x'], 'redirects are not followed');
  t.same(response.header('x-plain'), ['kept']);
  t.same(response.header('x-hop'), []);
  t.notMatch(response.header('keep-alive'), ['timeout=9']);
  for (const status of [204, 304]) {
    upstream.reply(() => `HTTP/1.1 ${status} No\r\nETag: "x"\r\n\r\n`);
    const empty = await ask('GET /');
    t.same([empty.status, ...empty.header('etag'), empty.body.length], [status, '"x"', 0]);
  }
  upstream.reply(() => 'HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  t.equal((await ask('GET /')).body.toString(), 'ok', 'after an interim reply');
  upstream.reply(() => 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
  const head = await ask('HEAD /');
  t.same([head.status, ...head.header('content-length')], [200, '1000000']);
});

t.test('a reply arrives piece by piece, its head first', async (t) => {
  const { gateway, upstream } = await setStage(t, open);
  let more: (piece: string) => void = () => {};
  upstream.reply(() => (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
    more = (piece) => void socket.write(piece);
  });
  const client = await connect(gateway.port);
  t.teardown(() => client.destroy());
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => client.received.includes('\r\n\r\n'));
  t.match(client.received.toString(), /^HTTP\/1\.1 200 /, 'the head, before there is any body');
  more('5\r\nfirst\r\n');
  await until(() => client.received.includes('first'));
  more('6\r\nsecond\r\n0\r\n\r\n');
  t.equal((await client.response()).body.toString(), 'firstsecond');
});

t.test('a request arrives piece by piece, before its end', async (t) => {
  const { gateway, upstream } = await setStage(t, open);
  const client = await connect(gateway.port);
  t.teardown(() => client.destroy());
  await client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n');
  await until(() => upstream.requests[0]?.bodyLength === 5);
  await client.send('6\r\nsecond\r\n0\r\n\r\n');
  t.equal((await client.response()).status, 200);
  t.equal((await upstream.next()).body.toString(), 'firstsecond');
});

t.test('a megabyte in each direction arrives whole', async (t) => {
  const { ask, upstream } = await setStage(t, open);
  const body = 'x'.repeat(1 << 20);
  upstream.reply((request) => answer(200, request.body.toString()));
  const response = await ask('PUT /', {}, body);
  t.ok(response.body.equals(Buffer.from(body)));
});

t.test('Expect: 100-continue is answered, and the body follows', async (t) => {
  const { gateway, upstream } = await setStage(t, open);
  const client = await connect(gateway.port);
  t.teardown(() => client.destroy());
  await client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n');
  t.equal((await client.response({ interim: true })).status, 100);
  await client.send('ab');
  t.equal((await client.response()).status, 200);
  const received = await upstream.next();
  t.equal(received.body.toString(), 'ab');
  t.same(received.header('expect'), []);
});

t.test('several servers of an upstream are used in turn', async (t) => {
  const others = [await startUpstream(), await startUpstream()];
  t.teardown(() => Promise.all(others.map((each) => each.close())));
  const urls = others.map(({ url }) => `"${url}"`).join(', ');
  const { ask } = await setStage(t, `upstreams: { shop: { urls: [${urls}] } }\n${open}`);
  for (let i = 0; i < 4; i++) await ask('GET /');
  t.same(
    others.map(({ requests }) => requests.length),
    [2, 2],
  );
});

t.test('an echo upstream answers with what a backend would receive', async (t) => {
  const { ask } = await setStage(
    t,
    `upstreams: { shop: { type: echo } }
routes: [{ path: /api/**, permit: anyone, forward: { upstream: shop, strip_prefix: /api } }]`,
  );
  const seen = json(await ask('GET /api/x?y=1', { Accept: 'a', 'X-User': 'admin' }));
  t.match(seen, { method: 'GET', path: '/x?y=1', headers: { accept: 'a' } });
  t.notOk('x-user' in (seen.headers as object));
});

t.test('a client that goes away cancels its request', async (t) => {
  const { gateway, upstream } = await setStage(t, open, { upstream: { early: true } });
  let closed: () => void = () => {};
  const gone = new Promise<void>((resolve) => {
    closed = resolve;
  });
  upstream.reply(() => (socket) => void once(socket, 'close').then(() => closed()));
  const client = await connect(gateway.port);
  await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => upstream.requests.length === 1);
  client.destroy();
  await gone;
  t.match((await gateway.lines(1))[0], { status: 0 }, 'and the log says that nobody was answered');
});
