import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { startGateway } from '../support/gateway.ts';
import { connect } from '../support/raw.ts';

/** Servers that answer when they have read the head, and close with the body unread: the kernel resets the connection. */
async function hasty(t: Test, status: number): Promise<string> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(`HTTP/1.1 ${status} No\r\nContent-Length: 5\r\nConnection: close\r\n\r\nearly`);
      socket.destroySoon();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

const FRAMINGS = {
  'of known length': { head: 'Content-Length: 3000000', piece: (data: string) => data },
  'in chunks': {
    head: 'Transfer-Encoding: chunked',
    piece: (data: string) => `${data.length.toString(16)}\r\n${data}\r\n`,
  },
};

for (const status of [401, 413]) {
  for (const [name, { head, piece }] of Object.entries(FRAMINGS)) {
    t.test(`a ${status} in the middle of an upload ${name} reaches the client`, async (t) => {
      const gateway = await startGateway(`
guard: off
upstreams: { shop: '${await hasty(t, status)}' }
routes: [{ path: /**, permit: anyone, forward: shop }]
`);
      t.teardown(() => gateway.close());
      const statuses: number[] = [];
      for (let n = 0; n < 30; n++) {
        const client = await connect(gateway.port);
        await client.send(`POST /up HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n`);
        // Far more than all buffers between here and the server hold.
        const data = piece('x'.repeat(100_000));
        for (let sent = 0; sent < 29; sent++) void client.send(data);
        const response = await client.response();
        t.equal(response.body.toString(), 'early');
        statuses.push(response.status);
        client.destroy();
      }
      t.same(statuses, Array<number>(30).fill(status));
    });
  }
}

t.test('a server that resets a connection without an answer is 502', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.resetAndDestroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const gateway = await startGateway(`
upstreams: { shop: 'http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}' }
routes: [{ path: /**, permit: anyone, forward: shop }]
`);
  t.teardown(() => gateway.close());
  for (let n = 0; n < 5; n++) {
    const client = await connect(gateway.port);
    await client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n');
    void client.send('x'.repeat(500_000));
    t.equal((await client.response()).status, 502);
    client.destroy();
  }
});
