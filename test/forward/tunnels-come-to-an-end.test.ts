import { once } from 'node:events';
import type { Socket } from 'node:net';
import t, { type Test } from 'tap';
import { setStage } from '../support/stage.ts';
import { switching } from '../support/upstream.ts';
import { openWebSocket, type WebSocketClient } from '../support/websocket.ts';

/** A tunnel whose server's end is in the hands of the test. */
async function tunnel(t: Test, timeout = '{}') {
  const stage = await setStage(
    t,
    `guard: off
upstreams: { shop: { url: '\${SHOP}', timeout: ${timeout} } }
routes: [{ id: ws, path: /**, permit: anyone, forward: { upstream: shop, websocket: true } }]`,
  );
  let server: Socket | undefined;
  stage.upstream.reply(() => (socket, request) => {
    server = socket;
    socket.write(switching(request.header('sec-websocket-key').join()));
  });
  const open = async (): Promise<{ client: WebSocketClient; server: Socket }> => {
    const client = await openWebSocket(stage.gateway.port, '/ws');
    t.equal(client.response.status, 101);
    return { client, server: server as Socket };
  };
  return { ...stage, open };
}

t.test('a client that goes away ends its tunnel, though the server goes on', async (t) => {
  const { open, gateway } = await tunnel(t);
  for (const leave of ['end', 'destroy'] as const) {
    const { client, server } = await open();
    const told = once(server, 'end');
    client.raw[leave]();
    await told;
    await client.raw.closed;
  }
  t.match(await gateway.lines(2), [{ status: 101 }, { status: 101 }]);
});

t.test('a server that goes away ends its tunnel, though the client goes on', async (t) => {
  const { open } = await tunnel(t);
  for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
    const { client, server } = await open();
    server[leave]();
    await client.raw.closed;
    server.destroy();
  }
});

t.test('the last words of either side still arrive', async (t) => {
  const { open } = await tunnel(t);
  const { client, server } = await open();
  const words = Buffer.alloc(3_000_000, 'last words ');
  server.end(words);
  const received = await client.raw.read(words.length);
  t.ok(received.equals(words), 'all of what was sent before the end');
  await client.raw.closed;

  const second = await open();
  second.server.once('end', () => second.server.end('good bye'));
  second.client.raw.end();
  t.equal((await second.client.raw.read(8)).toString(), 'good bye');
  await second.client.raw.closed;
});

t.test('a tunnel that carries nothing for its time ends; bytes in either direction prolong it', async (t) => {
  const { open, upstream } = await tunnel(t, '{ websocket: 300ms }');
  const { client, server } = await open();
  let seen = 0;
  server.on('data', () => seen++);
  // Longer than its time, in pieces that are shorter than it.
  for (let n = 0; n < 10; n++) {
    if (n % 2) server.write('x');
    else await client.raw.send('x');
    await new Promise((later) => setTimeout(later, 60));
  }
  t.equal(upstream.open, 1);
  t.equal(seen, 5);
  await client.raw.closed;
});

t.test('the log tells how long it lasted and how much it carried', async (t) => {
  const { open, gateway } = await tunnel(t);
  const { client, server } = await open();
  await client.raw.send('12345');
  server.write('1234567');
  await client.raw.read(7);
  server.end();
  await client.raw.closed;
  const [line] = await gateway.lines(1);
  t.match(line, {
    route: 'ws',
    status: 101,
    decision: 'forward',
    bytes: 7,
    bytes_received: 5,
    ended_by: 'upstream',
  });
  t.type(line?.duration_ms, 'number');
});

t.test(
  'a refusal of the server is relayed, and the connection closed, though the client keeps it open',
  async (t) => {
    const { gateway, upstream } = await tunnel(t);
    const bodies = {
      length: 'HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno',
      chunks: 'HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n',
      nothing: 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n',
    };
    for (const [name, bytes] of Object.entries(bodies)) {
      let ended: Promise<unknown> | undefined;
      upstream.reply(() => (socket) => {
        ended = once(socket, 'end');
        socket.write(bytes);
      });
      const { response, raw } = await openWebSocket(gateway.port, '/ws');
      t.same([response.status, response.body.toString()], [403, name === 'nothing' ? '' : 'no'], name);
      t.same(await raw.closed, {}, 'closed in good order');
      await ended;
    }
  },
);
