import t from 'tap';
import { connect, request } from './raw.ts';
import { until } from './until.ts';
import { startUpstream } from './upstream.ts';
import { startUpstreamProcess } from './upstream-process.ts';
import { encodeFrame, opcodes, openWebSocket } from './websocket.ts';

t.test('records what arrives, byte for byte, on one connection', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const client = await connect(upstream.port);
  const first =
    'POST /a/%7e?q=1 HTTP/1.1\r\nHost: x\r\nX-User:  Zo\xeb\r\nx-user: 2\r\nContent-Length: 3\r\n\r\n';
  const second = 'PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\nX-User: t\r\n\r\n';
  await client.send(`${first}abc${second}`);
  t.same(JSON.parse((await client.response()).body.toString()), { ok: true });
  await client.response();
  const one = await upstream.next();
  t.match(one, { method: 'POST', target: '/a/%7e?q=1', connection: 1, complete: true });
  t.equal(one.rawHead.toString('latin1'), first);
  t.equal(one.body.toString(), 'abc');
  t.same(one.header('x-USER'), ['Zo\xeb', '2']);
  const two = await upstream.next();
  t.equal(two.body.toString(), 'xyz');
  t.same(two.trailers, [['X-User', 't']]);
  t.equal(upstream.bytes(1).toString('latin1'), `${first}abc${second}`);
  t.same([upstream.requests.length, upstream.connections, upstream.open], [2, 1, 1]);
  client.destroy();
  await until(() => upstream.open === 0);
  t.same(upstream.malformed, []);
});

t.test('an unfinished body stays incomplete; nonsense is told', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const client = await connect(upstream.port);
  await client.send('POST /long HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf');
  await until(() => upstream.requests[0]?.bodyLength === 4);
  client.destroy();
  await until(() => upstream.open === 0);
  t.match(upstream.requests, [{ target: '/long', complete: false }]);
  t.same(upstream.malformed, []);
  const wrong = await connect(upstream.port);
  await wrong.send('GPOST\r\n\r\n');
  await wrong.closed;
  t.match(upstream.malformed, [/malformed request line "GPOST"/]);
});

t.test('replies early, with other bytes, or by misbehaving', async (t) => {
  const upstream = await startUpstream({
    early: true,
    reply: () => 'HTTP/1.1 413 No\r\nConnection: close\r\n\r\n',
  });
  t.teardown(() => upstream.close());
  t.equal((await request(upstream.port, 'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n')).status, 413);
  upstream.reply(() => (socket) => void socket.resetAndDestroy());
  const client = await connect(upstream.port);
  await client.send('GET / HTTP/1.1\r\n\r\n');
  t.match((await client.closed).error, { code: 'ECONNRESET' });
});

t.test('a WebSocket echoes frames, or bytes', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const socket = await openWebSocket(upstream.port, '/chat', [['X-User', '7']]);
  t.equal(socket.response.status, 101);
  await socket.send('hello');
  t.equal(await socket.message(), 'hello');
  const long = 'x'.repeat(300);
  await socket.send(long);
  t.equal(await socket.message(), long);
  await socket.close();
  t.same((await upstream.next()).header('x-user'), ['7']);
  const raw = await startUpstream({ echo: 'bytes' });
  t.teardown(() => raw.close());
  const other = await openWebSocket(raw.port, '/');
  const frame = encodeFrame({ opcode: opcodes.text, payload: Buffer.from('hi') }, true);
  await other.raw.send(frame);
  t.same(await other.raw.read(frame.length), frame);
  other.raw.destroy();
});

t.test('an upstream in a process of its own', async (t) => {
  const upstream = await startUpstreamProcess({ reply: 'HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n' });
  t.teardown(() => upstream.close());
  t.equal((await request(upstream.port, 'GET /far HTTP/1.1\r\nA: b\r\n\r\n')).status, 201);
  const [recorded] = await upstream.requests();
  t.match(recorded, { target: '/far', headers: [['A', 'b']], complete: true });
  t.equal(Buffer.from(recorded?.rawHead ?? '').toString(), 'GET /far HTTP/1.1\r\nA: b\r\n\r\n');
  await upstream.reply(undefined);
  t.equal((await request(upstream.port, 'GET / HTTP/1.1\r\n\r\n')).status, 200);
  await upstream.clear();
  t.same(await upstream.requests(), []);
});
