import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { CERTIFICATE, CERTIFICATE_KEY } from '../support/certificate.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { connect } from '../support/raw.ts';
import { freePort } from '../support/redis.ts';
import { ask, json, setStage } from '../support/stage.ts';
import { answer } from '../support/upstream.ts';

const open = 'routes: [{ path: /**, permit: anyone, forward: shop }]';
const impatient = `upstreams: { shop: { url: '\${SHOP}', timeout: { response: 200ms, idle: 200ms } } }\n${open}`;

t.test('an upstream that is not there is 502, and the log says why', async (t) => {
  const { ask, gateway } = await setStage(
    t,
    `upstreams: { shop: "http://127.0.0.1:${await freePort()}" }\n${open}`,
  );
  const response = await ask('GET /');
  t.equal(response.status, 502);
  t.same(response.header('content-type'), ['application/json']);
  t.same(json(response), { detail: 'Bad gateway.' });
  t.match((await gateway.lines(1))[0], {
    decision: 'refuse',
    step: 'forward',
    code: 'upstream_unreachable',
    reason: 'ECONNREFUSED',
    status: 502,
  });
});

t.test('an upstream that breaks off, or speaks something else, is asked once and is 502', async (t) => {
  const { ask, upstream } = await setStage(t, open);
  upstream.reply(() => 'SSH-2.0-OpenSSH\r\n\r\n');
  t.equal((await ask('GET /')).status, 502);
  for (const method of ['GET', 'PUT', 'POST']) {
    upstream.reply(() => undefined);
    t.equal((await ask(`${method} /warm`)).status, 200, 'on a connection that is kept');
    upstream.clear();
    upstream.reply(() => (socket) => void socket.destroy());
    const response = await ask(`${method} /`);
    t.equal(response.status, 502, method);
    t.same(json(response), { detail: 'Bad gateway.' });
    t.same(
      upstream.requests.map(({ line }) => line),
      [`${method} / HTTP/1.1`],
      'and nothing was sent twice',
    );
  }
});

t.test('an upstream that says nothing is 504, and is asked once', async (t) => {
  const { ask, gateway, upstream } = await setStage(t, impatient);
  upstream.reply(() => () => {});
  const response = await ask('GET /');
  t.equal(response.status, 504);
  t.same(json(response), { detail: 'Gateway timeout.' });
  t.equal(upstream.requests.length, 1);
  t.match((await gateway.lines(1))[0], { code: 'upstream_timeout', status: 504 });
});

t.test("an upstream's own refusals are passed on once, in its own words", async (t) => {
  const { ask, gateway, upstream } = await setStage(t, open);
  for (const status of [401, 429, 500, 502, 503, 504]) {
    upstream.clear();
    upstream.reply(() => answer(status, 'mine', [['Retry-After', '7']]));
    const response = await ask('GET /');
    t.same(
      [response.status, response.body.toString(), ...response.header('retry-after')],
      [status, 'mine', '7'],
    );
    t.equal(upstream.requests.length, 1);
  }
  for (const line of await gateway.lines(6)) t.equal(line.decision, 'forward');
});

t.test('a reply that ends too soon is a broken reply for the client too', async (t) => {
  const { gateway, upstream } = await setStage(t, impatient);
  const beginnings = {
    'of known length': 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf',
    'in chunks': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
  };
  for (const [what, bytes] of Object.entries(beginnings)) {
    for (const end of ['ends', 'resets', 'falls silent']) {
      upstream.reply(() => (socket) => {
        socket.write(bytes, () => {
          if (end === 'ends') socket.end();
          else if (end === 'resets') setImmediate(() => socket.resetAndDestroy());
        });
      });
      const client = await connect(gateway.port);
      await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await t.rejects(client.response(), `${what}, ${end}`);
      await client.closed;
      t.notMatch(client.received.toString(), /0\r\n\r\n$/, 'no end that looks whole');
    }
  }
});

async function secureUpstream(t: Test): Promise<{ port: number; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }, (request, response) => {
    requests.push(request.url ?? '');
    response.end('secret');
  });
  server.on('upgrade', (request, socket) => {
    requests.push(request.url ?? '');
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, requests };
}

t.test('an upstream whose certificate nobody vouches for gets nothing', async (t) => {
  const secure = await secureUpstream(t);
  const { ask, gateway } = await setStage(
    t,
    `upstreams: { shop: "https://127.0.0.1:${secure.port}" }
routes: [{ path: /**, permit: anyone, forward: { upstream: shop, websocket: true } }]`,
  );
  t.equal((await ask('GET /')).status, 502);
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'x',
  };
  t.equal((await ask('GET /', upgrade)).status, 502);
  t.same(secure.requests, []);
  t.match((await gateway.lines(1))[0], { reason: /CERT|SIGNED/ });
});

t.test('a certificate that the operator trusts is accepted, for its own name only', async (t) => {
  const secure = await secureUpstream(t);
  const directory = mkdtempSync(join(tmpdir(), 'postern-ca-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'ca.pem'), CERTIFICATE);
  const gateway = await startGatewayProcess(
    `upstreams: { right: "https://127.0.0.1:${secure.port}", wrong: "https://localhost:${secure.port}" }
routes:
  - { path: /right, permit: anyone, forward: right }
  - { path: /wrong, permit: anyone, forward: wrong }`,
    { NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem') },
  );
  t.teardown(() => gateway.stop());
  t.equal((await ask(gateway.port, 'GET /right')).body.toString(), 'secret');
  t.equal((await ask(gateway.port, 'GET /wrong')).status, 502);
  t.same(secure.requests, ['/right']);
});
