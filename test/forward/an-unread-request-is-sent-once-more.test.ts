import t, { type Test } from 'tap';
import { connect } from '../support/raw.ts';
import { setStage } from '../support/stage.ts';
import { TRANSPORT } from '../support/transport.ts';
import { until } from '../support/until.ts';
import { answer } from '../support/upstream.ts';

const OPEN = 'guard: off\nroutes: [{ path: /**, permit: anyone, forward: shop }]';
const direct = TRANSPORT === 'auto';

/** A gateway with an idle connection to its server, which `close` closes on the server's side. */
async function idling(t: Test) {
  const stage = await setStage(t, OPEN);
  const { upstream, ask } = stage;
  let close = (): void => {};
  async function warm(): Promise<void> {
    upstream.reply(() => (socket) => {
      socket.write(answer(200, 'warm'));
      close = () => void socket.destroy();
    });
    t.equal((await ask('GET /warm')).body.toString(), 'warm');
    upstream.reply(undefined);
    upstream.clear();
  }
  return { ...stage, warm, close: () => close() };
}

t.test('a GET or HEAD that crosses the end of its connection is answered', { skip: !direct }, async (t) => {
  const { gateway, upstream, warm, close } = await idling(t);
  const client = await connect(gateway.port);
  t.teardown(() => client.destroy());
  for (let n = 0; n < 10; n++) {
    for (const method of ['GET', 'HEAD']) {
      await warm();
      // The gateway reads the request in the turn after this one; in its last phase, before the gateway sends, the
      // server closes. The gateway writes to a connection whose end it has not read.
      setImmediate(() => {
        void client.send(`${method} /again HTTP/1.1\r\nHost: a\r\n\r\n`);
        setImmediate(close);
      });
      const response = await client.response({ noBody: method === 'HEAD' });
      t.equal(response.status, 200, method);
      t.equal(upstream.requests.length, 1, 'it arrived once');
    }
  }
});

t.test('a POST that crosses the end of its connection is 502: the client has to decide', async (t) => {
  const { gateway, upstream, warm, close } = await idling(t);
  const client = await connect(gateway.port);
  t.teardown(() => client.destroy());
  await warm();
  setImmediate(() => {
    void client.send('POST /again HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody');
    setImmediate(close);
  });
  t.equal((await client.response()).status, 502);
  t.same(upstream.requests, []);
});

t.test('what the server has read is never sent again', async (t) => {
  const { ask, upstream, warm } = await idling(t);
  for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
    await warm();
    upstream.reply(() => (socket) => void socket.end());
    t.equal((await ask(`${method} /read`)).status, 502);
    t.equal(upstream.requests.length, 1, method);
  }
});

t.test('a reset connection costs a GET one more attempt and no third', { skip: !direct }, async (t) => {
  const { ask, upstream, warm } = await idling(t);
  await warm();
  upstream.reply(() => (socket) => void socket.resetAndDestroy());
  t.equal((await ask('GET /')).status, 502);
  t.equal(upstream.requests.length, 2);
  await warm();
  upstream.reply(() => (socket) => void socket.resetAndDestroy());
  t.equal((await ask('POST /', {}, 'body')).status, 502);
  t.equal(upstream.requests.length, 1, 'a POST none');
});

t.test('an idle connection that ends is not used again', async (t) => {
  const { ask, upstream, warm, close } = await idling(t);
  await warm();
  close();
  await until(() => upstream.open === 0);
  // The end is there before the next request is.
  t.equal((await ask('POST /', {}, 'body')).status, 200);
});
