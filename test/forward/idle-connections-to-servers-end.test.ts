import t from 'tap';
import { setStage } from '../support/stage.ts';
import { TRANSPORT } from '../support/transport.ts';
import { until } from '../support/until.ts';
import { answer } from '../support/upstream.ts';

const fileWith = (keepAlive: string) => `guard: off
upstreams: { shop: { url: '\${SHOP}', keep_alive: ${keepAlive} } }
routes: [{ path: /**, permit: anyone, forward: shop }]`;

t.test('connections are used again, and none is opened beside an idle one', async (t) => {
  const { ask, upstream } = await setStage(t, fileWith('1m'));
  for (let n = 0; n < 10; n++) t.equal((await ask('GET /')).status, 200);
  t.equal(upstream.connections, 1);
  await Promise.all(Array.from({ length: 5 }, () => ask('POST /', {}, 'body')));
  t.ok(upstream.connections <= 5, `${upstream.connections}`);
});

t.test('an idle connection ends after keep_alive', async (t) => {
  const { ask, upstream } = await setStage(t, fileWith('100ms'));
  t.equal((await ask('GET /')).status, 200);
  await until(() => upstream.open === 0, { within: 2_000 });
  t.equal((await ask('GET /')).status, 200);
  t.equal(upstream.connections, 2);
});

t.test(
  'with keep_alive: 0s every request has a connection of its own',
  { skip: TRANSPORT === 'undici' },
  async (t) => {
    const { ask, upstream } = await setStage(t, fileWith('0s'));
    for (let n = 0; n < 3; n++) t.equal((await ask('GET /')).status, 200);
    t.equal(upstream.connections, 3);
  },
);

t.test('a server that keeps connections for a shorter time is believed', async (t) => {
  const { ask, upstream } = await setStage(t, fileWith('1m'));
  upstream.reply(() => answer(200, 'ok', [['Keep-Alive', 'timeout=1, max=100']]));
  for (let n = 0; n < 2; n++) t.equal((await ask('GET /')).status, 200);
  t.equal(upstream.connections, 2, 'a second is too short to be used again');
  upstream.reply(() => answer(200, 'ok', [['Connection', 'close']]));
  for (let n = 0; n < 2; n++) t.equal((await ask('GET /')).status, 200);
  t.equal(upstream.connections, 4);
});
