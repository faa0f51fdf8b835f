import t, { type Test } from 'tap';
import { connect, exchange, request } from './raw.ts';
import { type Reply, startUpstream } from './upstream.ts';

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

async function replying(t: Test, reply: Reply): Promise<number> {
  const upstream = await startUpstream({ reply: () => reply });
  t.teardown(() => upstream.close());
  return upstream.port;
}

t.test('chunks in pieces, trailers, and the next response behind them', async (t) => {
  const chunked =
    'HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie: b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: 1\r\n\r\n';
  const port = await replying(t, async (socket) => {
    for (const piece of chunked.match(/[\s\S]{1,7}/g) ?? []) {
      await new Promise((resolve) => socket.write(piece, resolve));
    }
    socket.write('HTTP/1.1 204 None\r\n\r\n');
  });
  const client = await connect(port);
  await client.send(GET);
  const response = await client.response();
  t.equal(response.status, 200);
  t.equal(response.body.toString(), 'hello world');
  t.same(response.header('SET-COOKIE'), ['a', 'b']);
  t.same(response.trailers, [['T', '1']]);
  t.equal((await client.response()).status, 204);
  t.equal(client.received.toString(), `${chunked}HTTP/1.1 204 None\r\n\r\n`);
  client.end();
  t.same(await client.closed, {});
});

t.test('a body until close, HEAD without one, 100 before 200', async (t) => {
  const untilClose = await replying(t, (socket) => void socket.end('HTTP/1.0 200 OK\r\n\r\nall of it'));
  t.equal((await request(untilClose, GET)).body.toString(), 'all of it');
  const port = await replying(t, 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n');
  const head = await request(port, 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n', { noBody: true });
  t.equal(head.status, 200);
  t.equal(head.interim[0]?.status, 100);
});

t.test('what is not HTTP is an error; exchange gives its bytes', async (t) => {
  const bad: [string, RegExp][] = [
    ['HTTP/1.1 200 OK\nA: b\r\n\r\n', /malformed status line/],
    ['HTTP/1.1 099 Low\r\nA : b\r\n\r\n', /malformed header line/],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx', /Content-Length 1,1/],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', /both/],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n', /chunk longer/],
  ];
  for (const [bytes, reason] of bad) {
    const port = await replying(t, bytes);
    await t.rejects(request(port, GET), reason);
    t.equal((await exchange(port, GET)).toString(), bytes);
  }
});

t.test('an early end, a reset and silence are told apart', async (t) => {
  const half = await replying(
    t,
    (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
  );
  await t.rejects(request(half, GET), /connection ended 5 bytes early/);
  const reset = await connect(await replying(t, (socket) => void socket.resetAndDestroy()));
  await reset.send(GET);
  t.match((await reset.closed).error, { code: 'ECONNRESET' });
  await t.rejects(reset.response(), /connection ended before a response/);
  const silent = await replying(t, () => {});
  await t.rejects(request(silent, GET, { within: 50 }), /no response within 50 ms/);
});
