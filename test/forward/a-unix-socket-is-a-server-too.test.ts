import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { startGateway } from '../support/gateway.ts';
import { ask } from '../support/stage.ts';
import { switching } from '../support/upstream.ts';
import { openWebSocket } from '../support/websocket.ts';

t.test('requests and upgrades reach a server on a Unix socket', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'postern-unix-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'app.sock');
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => response.end(`${request.headers.host} ${request.url} ${body}`));
  });
  server.on('upgrade', ({ headers }, socket) => socket.end(switching(headers['sec-websocket-key'] ?? '')));
  server.listen(path);
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const gateway = await startGateway(`
upstreams: { app: 'unix:${path}', gone: 'unix:${path}.gone' }
routes:
  - { path: /gone, permit: anyone, forward: gone }
  - { path: /**, permit: anyone, forward: { upstream: app, websocket: true } }
`);
  t.teardown(() => gateway.close());
  t.equal((await ask(gateway.port, 'GET /a?b')).body.toString(), 'localhost /a?b ');
  t.equal((await ask(gateway.port, 'POST /a', {}, 'body')).body.toString(), 'localhost /a body');
  const socket = await openWebSocket(gateway.port, '/ws');
  t.equal(socket.response.status, 101);
  socket.raw.destroy();
  t.equal((await ask(gateway.port, 'GET /gone')).status, 502);
});
