import { once } from 'node:events';
import { createServer } from 'node:net';
import t from 'tap';
import { startGateway } from '../support/gateway.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { connect } from '../support/raw.ts';
import { json, setStage } from '../support/stage.ts';
import { startUpstream } from '../support/upstream.ts';
import { bytesReadBy } from './gauge.ts';

const MB = 1_048_576;
const ROUTES = `
routes:
  - { path: /small, permit: anyone, limits: { body: 10B }, forward: shop }
  - { path: /**, permit: anyone, forward: shop }
`;
const PIECE = Buffer.alloc(65_536, 'x');
const CHUNK = Buffer.concat([Buffer.from('10000\r\n'), PIECE, Buffer.from('\r\n')]);

for (const [name, head, piece] of [
  ['chunks', 'Transfer-Encoding: chunked', CHUNK],
  ['a Content-Length', 'Content-Length: 5368709120', PIECE],
] as const) {
  t.test(`5 GB in ${name} against a limit of 1 MB: 413 arrives, and less than 2 MB is read`, async (t) => {
    const upstream = await startUpstream({ discard: true });
    t.teardown(() => upstream.close());
    const gateway = await startGatewayProcess(
      `guard: off\nlimits: { body: 1MB }\nupstreams: { shop: '${upstream.url}' }\n${ROUTES}`,
    );
    t.teardown(() => gateway.stop('SIGKILL'));
    const pid = gateway.process.pid ?? 0;
    await fetch(gateway.url, { method: 'POST', body: 'x'.repeat(1_000) });
    upstream.clear();

    const readBefore = bytesReadBy(pid);
    const client = await connect(gateway.port);
    await client.send(`POST /up HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n`);
    let sent = 0;
    const sending = (async () => {
      while (client.socket.writable && sent < 5_368_709_120) {
        await Promise.race([client.send(piece), client.closed]);
        sent += piece.length;
      }
    })();
    const refused = await client.response();
    t.equal(refused.status, 413);
    t.same(json(refused), { detail: 'Request body too large.' });
    t.same(refused.header('connection'), ['close']);
    await client.closed;
    await sending;
    const read = bytesReadBy(pid) - readBefore;
    const arrived = upstream.requests[0]?.bodyLength ?? 0;
    t.comment(`read ${read} bytes, sent on ${arrived}; the client could hand ${sent} to its system`);
    t.ok(read < 2 * MB, 'read');
    t.ok(arrived <= MB, 'sent on');
    t.notOk(upstream.requests[0]?.complete, 'never a whole request');
    t.equal((await fetch(gateway.url)).status, 200);
  });
}

t.test('the limit is met to the byte, of the route before that of the server', async (t) => {
  const { ask, gateway, upstream } = await setStage(t, `guard: off\nlimits: { body: 100B }\n${ROUTES}`);
  const chunked = async (path: string, length: number) => {
    const client = await connect(gateway.port);
    const pieces = Array.from({ length }, () => '1\r\nx\r\n').join('');
    await client.send(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${pieces}0\r\n\r\n`,
    );
    const { status } = await client.response();
    client.destroy();
    return status;
  };
  for (const [path, most] of [
    ['/small', 10],
    ['/large', 100],
  ] as const) {
    t.equal((await ask(`POST ${path}`, {}, 'x'.repeat(most))).status, 200);
    t.equal((await ask(`POST ${path}`, {}, 'x'.repeat(most + 1))).status, 413);
    t.equal(await chunked(path, most), 200);
    t.equal(await chunked(path, most + 1), 413);
  }
  t.equal(upstream.requests.filter(({ complete }) => complete).length, 4);
});

t.test('a body that trickles is 408, however small its pieces', async (t) => {
  const { gateway, upstream } = await setStage(t, `guard: off\nlimits: { body_idle: 300ms }\n${ROUTES}`);
  for (const [framing, piece] of [
    ['Content-Length: 1000', ''],
    ['Content-Length: 100000', 'x'],
    ['Transfer-Encoding: chunked', '1\r\nx\r\n'],
  ] as const) {
    const client = await connect(gateway.port);
    await client.send(`POST /up HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`);
    const trickle = setInterval(() => void client.send(piece), 10);
    const refused = await client.response();
    clearInterval(trickle);
    t.equal(refused.status, 408, `${framing}, pieces of ${piece.length}`);
    t.same(json(refused), { detail: 'Request timed out.' });
    await client.closed;
  }
  t.same(
    upstream.requests.filter(({ complete }) => complete),
    [],
  );
});

t.test('an upstream that reads slowly is not the fault of the client', async (t) => {
  const slow = createServer((socket) => {
    socket.on('error', () => {});
    let read = 0;
    socket.on('data', (piece) => {
      read += piece.length;
      socket.pause();
      // Once for longer than a body may pause, then at once.
      setTimeout(() => socket.resume(), read === piece.length ? 2_500 : 0);
      if (read > 8 * MB) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  }).listen(0, '127.0.0.1');
  await once(slow, 'listening');
  t.teardown(() => slow.close());
  const address = slow.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const gateway = await startGateway(
    `guard: off\nlimits: { body_idle: 1s }\nupstreams: { shop: 'http://127.0.0.1:${address.port}' }\n${ROUTES}`,
  );
  t.teardown(() => gateway.close());
  const client = await connect(gateway.port);
  void client.send(`POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: ${8 * MB}\r\n\r\n`);
  void client.send(Buffer.alloc(8 * MB));
  t.equal((await client.response()).status, 200);
  client.destroy();
});
