import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { InvalidConfiguration, loadText } from '../src/config/load.ts';
import { type Gateway, startGateway } from './support/gateway.ts';
import { until } from './support/until.ts';
import { answer, startUpstream } from './support/upstream.ts';
import { openWebSocket } from './support/websocket.ts';

const REQUESTS = 600;

/** Two files that differ in everything a request meets: route, user, permission, identity header and prefix. */
const file = (name: 'a' | 'b', upstream: string, more = '') => `version: 1
store: memory
guard: off
records: { 'token:${name}': { id: ${name}, groups: [${name}] } }
upstreams: { shop: ${upstream} }
authenticators: { token: { type: redis-token }, anybody: { type: anonymous, id: ${name} } }
permissions: { own: { when: 'user.id == "${name}"' } }
defaults: { authenticate: [anybody], permit: own, identify: { X-User: '{user.id}', X-File: ${name} } }
routes:
  - { id: ${name}, path: /**, forward: shop }
  - { id: ${name}-live, path: /live/**, forward: { upstream: shop, websocket: true } }
${more}`;

function use(gateway: Gateway, text: string): void {
  gateway.running.runtime.use(loadText(text, 'routes.yaml', {}));
}

t.test('two files in turn: each request and each WebSocket sees one of them, and none is lost', async (t) => {
  const upstream = await startUpstream({
    reply: (request) =>
      request.header('upgrade').length > 0
        ? undefined
        : answer(200, `${request.header('x-file')}${request.header('x-user')}`),
  });
  const gateway = await startGateway(file('a', upstream.url));
  t.teardown(async () => {
    await gateway.close();
    await upstream.close();
  });
  const sockets = [await openWebSocket(gateway.port, '/live/0')];
  let asked = 0;
  let swaps = 0;
  const answers: string[] = [];
  async function client(): Promise<void> {
    while (asked++ < REQUESTS) {
      const response = await fetch(`${gateway.url}/x`);
      answers.push(`${response.status} ${await response.text()}`);
    }
  }
  async function editor(): Promise<void> {
    while (asked < REQUESTS) {
      use(gateway, file(swaps++ % 2 === 0 ? 'b' : 'a', upstream.url));
      if (swaps % 20 === 0) sockets.push(await openWebSocket(gateway.port, `/live/${swaps}`));
      await turn();
    }
  }
  await Promise.all([editor(), ...Array.from({ length: 8 }, client)]);

  t.ok(swaps > 20, `${swaps} swaps`);
  t.same(
    new Set(answers),
    new Set(['200 aa', '200 bb']),
    'nothing of one file beside something of the other',
  );
  t.equal(answers.length, REQUESTS);
  for (const socket of sockets) {
    await socket.send('still here');
    t.equal(await socket.message(), 'still here');
    await socket.close();
  }
});

t.test('what has not changed lives on, and what no file uses any more is closed', async (t) => {
  const upstream = await startUpstream();
  const gateway = await startGateway(file('a', upstream.url));
  t.teardown(async () => {
    await gateway.close();
    await upstream.close();
  });
  const ask = async () => (await fetch(`${gateway.url}/x`)).arrayBuffer();
  await ask();
  use(gateway, file('b', upstream.url));
  await ask();
  t.same(
    upstream.requests.map(({ connection }) => connection),
    [1, 1],
    'the second file uses the connection of the first',
  );
  use(gateway, file('b', 'http://127.0.0.1:9'));
  await until(() => upstream.open === 0);
  t.pass('the connection ended with the last file that used it');
});

t.test('a file that cannot be used changes nothing', async (t) => {
  const upstream = await startUpstream();
  const gateway = await startGateway(file('a', upstream.url));
  t.teardown(async () => {
    await gateway.close();
    await upstream.close();
  });
  const broken = loadText(
    file('b', upstream.url, '  - { path: /z, permit: nobody, forward: shop }\n'),
    'b.yaml',
    {},
  );
  t.throws(() => gateway.running.runtime.use(broken), InvalidConfiguration);
  await (await fetch(`${gateway.url}/x`)).arrayBuffer();
  t.same(upstream.requests[0]?.header('x-file'), ['a']);
});
