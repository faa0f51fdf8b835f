import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { CERTIFICATE, CERTIFICATE_KEY } from '../support/certificate.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { ask } from '../support/stage.ts';

/** A server with a certificate for 127.0.0.1 that notes which names its clients ask for. */
async function secure(t: Test) {
  const names: (string | false | undefined)[] = [];
  const server = createServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }, (request, response) =>
    response.end(request.headers.host),
  );
  server.on('secureConnection', (socket: { servername?: string | false }) => names.push(socket.servername));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const directory = mkdtempSync(join(tmpdir(), 'postern-ca-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'ca.pem'), CERTIFICATE);
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    names,
    env: { NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem') },
  };
}

t.test(
  'with preserve_host neither the name asked for nor the one checked is the client’s Host',
  async (t) => {
    const { port, names, env } = await secure(t);
    const gateway = await startGatewayProcess(
      `
guard: off
upstreams:
  right: { url: 'https://127.0.0.1:${port}', preserve_host: true }
  wrong: { url: 'https://localhost:${port}', preserve_host: true }
routes:
  - { path: /right, permit: anyone, forward: right }
  - { path: /wrong, permit: anyone, forward: wrong }
`,
      env,
    );
    t.teardown(() => gateway.stop('SIGKILL'));
    for (const host of ['a.example', 'b.example', '127.0.0.1', 'a.example', 'b.example']) {
      const response = await ask(gateway.port, 'GET /right', { Host: host });
      t.same([response.status, response.body.toString()], [200, host]);
    }
    t.equal(names.length, 1, 'one connection for every Host');
    t.notOk(names[0], 'an address is no name to ask for');
    for (const host of ['127.0.0.1', 'a.example'])
      t.equal(
        (await ask(gateway.port, 'GET /wrong', { Host: host })).status,
        502,
        'no certificate for localhost',
      );
  },
);
