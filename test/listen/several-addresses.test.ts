import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { HttpServer } from '../../src/listen/http-server.ts';
import { startGateway } from '../support/gateway.ts';
import { connect } from '../support/raw.ts';
import { startUpstream } from '../support/upstream.ts';

const HEAD = { bytes: 16_384, count: 100, timeoutMs: 10_000, keepAliveMs: 10_000 };

t.test('what holds for connections at one address holds at all', async (t) => {
  const opened: string[] = [];
  const taken: string[] = [];
  const server = new HttpServer({
    head: HEAD,
    draining: () => false,
    connected: (socket) => opened.push(socket.localAddress ?? ''),
    taken: (request, socket) => {
      taken.push(request.method ?? '');
      socket.destroy();
    },
  }).serve((_, response) => response.end('ok'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await server.listenAlso('127.0.0.2', port);
  const idle = await connect(port, { host: '127.0.0.2' });
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    const client = await connect(port, { host });
    await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    t.equal((await client.response()).body.toString(), 'ok');
    await client.send('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.closed;
  }
  t.same(opened, ['127.0.0.2', '127.0.0.1', '127.0.0.2']);
  t.same(taken, ['CONNECT', 'CONNECT']);
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await Promise.all([closed, idle.closed]);
  await t.rejects(connect(port, { host: '127.0.0.2' }), { code: 'ECONNREFUSED' });
});

t.test('localhost is a name to listen on', async (t) => {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const gateway = await startGateway(
    `upstreams: { back: '${upstream.url}' }\nroutes: [{ path: /**, permit: anyone, forward: back }]\n`,
    { env: { POSTERN_LISTEN: 'localhost:0' } },
  );
  t.teardown(() => gateway.close());
  t.match(gateway.url, /^http:\/\/localhost:\d+$/);
  t.equal((await fetch(`${gateway.url}/x`)).status, 200);
});
