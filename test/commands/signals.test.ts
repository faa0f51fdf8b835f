import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { connect } from '../support/raw.ts';
import { until } from '../support/until.ts';

const GET = 'GET /a HTTP/1.1\r\nHost: shop.example.com\r\n\r\n';

/** An upstream that keeps every request until it is told to answer. */
async function slowUpstream() {
  const waiting: ServerResponse[] = [];
  const server = createServer((_, response) => {
    waiting.push(response);
    server.emit('waiting');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close().closeAllConnections());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requested: () => (waiting.length > 0 ? Promise.resolve() : once(server, 'waiting')),
    answer: () => waiting.shift()?.end('late, but here'),
  };
}

function routes(upstream: string, drain: string): string {
  return `drain: ${drain}
log: { access: off }
upstreams: { shop: ${upstream}, echo: { type: echo } }
routes:
  - { path: /a, permit: anyone, forward: shop }
  - { path: /echo, permit: anyone, forward: echo }
`;
}

async function readiness(url: string): Promise<unknown> {
  const response = await fetch(`${url}/readyz`);
  return [response.status, await response.json()];
}

t.test('SIGTERM: readiness flips first, what is in flight finishes, then it ends', async (t) => {
  const upstream = await slowUpstream();
  // Longer than this test may take: whatever waits for the end of the drain fails.
  const gateway = await startGatewayProcess(routes(upstream.url, '{ delay: 1s, timeout: 10m }'));
  const idle = await connect(gateway.port);
  const unused = await connect(gateway.port);
  const busy = await connect(gateway.port);
  await busy.send(GET);
  await upstream.requested();

  gateway.process.kill('SIGTERM');
  await until(async () => (await fetch(`${gateway.adminUrl}/readyz`)).status === 503);
  t.same(await readiness(gateway.adminUrl), [503, { status: 'not ready', reason: 'draining' }]);
  t.equal((await fetch(`${gateway.adminUrl}/healthz`)).status, 200, 'alive all the while');

  // Whoever has not heard of it yet is still served: on new connections and on those that stood idle.
  const late = await fetch(`${gateway.url}/echo`);
  t.equal(late.status, 200);
  await late.arrayBuffer();
  await idle.send('GET /echo HTTP/1.1\r\nHost: shop.example.com\r\n\r\n');
  t.equal((await idle.response()).status, 200);

  for (const connection of [idle, unused])
    t.notOk((await connection.closed).error, 'what is idle is closed in good order, and at once');
  t.equal(gateway.process.exitCode, null, 'the request in flight is waited for');
  upstream.answer();
  const answer = await busy.response();
  t.same([answer.status, answer.body.toString()], [200, 'late, but here']);
  t.notOk((await busy.closed).error, 'its connection is closed once it is answered');
  t.equal(await gateway.exited, 0);
  t.match(gateway.stderr(), /\nSIGTERM: draining\n$/);
});

t.test('SIGTERM: what takes longer than the drain may is cut off', async (t) => {
  const upstream = await slowUpstream();
  const gateway = await startGatewayProcess(routes(upstream.url, '{ delay: 0s, timeout: 200ms }'));
  const busy = await connect(gateway.port);
  await busy.send(GET);
  await upstream.requested();
  gateway.process.kill('SIGTERM');
  await busy.closed;
  t.equal(await gateway.exited, 0);
});

t.test('SIGINT ends at once', async (t) => {
  const upstream = await slowUpstream();
  const gateway = await startGatewayProcess(routes(upstream.url, '{ delay: 60s, timeout: 60s }'));
  const busy = await connect(gateway.port);
  await busy.send(GET);
  await upstream.requested();
  gateway.process.kill('SIGINT');
  await busy.closed;
  t.equal(await gateway.exited, 0);
  t.match(gateway.stderr(), /\nSIGINT: ending\n$/);
});

t.test('SIGINT during a drain does not wait for its end', async (t) => {
  const gateway = await startGatewayProcess(routes('http://127.0.0.1:9', '{ delay: 60s, timeout: 60s }'));
  gateway.process.kill('SIGTERM');
  await until(() => gateway.stderr().includes('SIGTERM: draining'));
  gateway.process.kill('SIGINT');
  t.equal(await gateway.exited, 0);
});

t.test('a second SIGTERM ends the delay, and cuts nothing short', async (t) => {
  const upstream = await slowUpstream();
  const gateway = await startGatewayProcess(routes(upstream.url, '{ delay: 10m, timeout: 10m }'));
  const busy = await connect(gateway.port);
  await busy.send(GET);
  await upstream.requested();
  gateway.process.kill('SIGTERM');
  await until(() => gateway.stdout().includes('"msg":"drain"'));
  gateway.process.kill('SIGTERM');
  await until(() => gateway.stdout().includes('"msg":"drain without delay"'));
  // The listener is closed now, and the request in flight is not.
  await until(() =>
    fetch(`${gateway.url}/echo`).then(
      () => false,
      () => true,
    ),
  );
  gateway.process.kill('SIGTERM');
  upstream.answer();
  t.equal((await busy.response()).body.toString(), 'late, but here');
  t.equal(await gateway.exited, 0);
});

t.test('SIGHUP, SIGUSR1 and SIGUSR2 are logged, and end nothing', async (t) => {
  const upstream = await slowUpstream();
  const gateway = await startGatewayProcess(routes(upstream.url, '{ delay: 0s, timeout: 10m }'));
  const busy = await connect(gateway.port);
  await busy.send(GET);
  await upstream.requested();
  for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
    gateway.process.kill(signal);
    await until(() => gateway.stdout().includes(`"signal":"${signal}"`));
  }
  upstream.answer();
  t.equal((await busy.response()).status, 200);
  t.notMatch(gateway.stderr(), /[Dd]ebugger/, 'no port of a debugger is opened');
  gateway.process.kill('SIGTERM');
  t.equal(await gateway.exited, 0);
});

t.test('the log tells of the start, of readiness, of the drain and of the end', async (t) => {
  const gateway = await startGatewayProcess(routes('http://127.0.0.1:9', '{ delay: 0s }'));
  await until(() => gateway.stdout().includes('"msg":"ready"'));
  gateway.process.kill('SIGTERM');
  t.equal(await gateway.exited, 0);
  const lines = gateway
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  t.match(lines, [
    {
      level: 'info',
      msg: 'start',
      version: /^\d+\.\d+\.\d+/,
      config: /routes\.yaml$/,
      config_hash: /^[0-9a-f]{12}$/,
      listen: gateway.url,
      admin: gateway.adminUrl,
    },
    { level: 'info', msg: 'ready' },
    { level: 'info', msg: 'drain', signal: 'SIGTERM' },
    { level: 'info', msg: 'stop', code: 0 },
  ]);
});
