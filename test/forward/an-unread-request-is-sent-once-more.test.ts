import t, { type Test } from 'tap';
import { setStage } from '../support/stage.ts';
import { TRANSPORT } from '../support/transport.ts';
import { until } from '../support/until.ts';
import { answer } from '../support/upstream.ts';

const OPEN = 'guard: off\nroutes: [{ path: /**, permit: anyone, forward: shop }]';
const direct = TRANSPORT === 'auto';

/** An idle connection whose server has stopped reading without a word: closed, the request crosses the end. */
async function crossing(t: Test) {
  const stage = await setStage(t, OPEN);
  const { upstream, ask } = stage;
  let close = (): void => {};
  /** One answered request; the connection behind it is closed by `close`, on the server's side alone. */
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
  const { ask, upstream, warm, close } = await crossing(t);
  for (let n = 0; n < 20; n++) {
    for (const method of ['GET', 'HEAD']) {
      await warm();
      // In one turn of the event loop: the gateway picks the connection before it can learn of its end.
      const asked = ask(`${method} /again`);
      close();
      t.equal((await asked).status, 200);
      t.equal(upstream.requests.length, 1, 'and arrived once');
    }
  }
});

t.test('what the server has read is never sent again', async (t) => {
  const { ask, upstream, warm } = await crossing(t);
  for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
    await warm();
    upstream.reply(() => (socket) => void socket.end());
    t.equal((await ask(`${method} /read`)).status, 502);
    t.equal(upstream.requests.length, 1, method);
  }
});

t.test('a reset connection costs a GET one more attempt and no third', { skip: !direct }, async (t) => {
  const { ask, upstream, warm } = await crossing(t);
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
  const { ask, upstream, warm, close } = await crossing(t);
  await warm();
  close();
  await until(() => upstream.open === 0);
  // The end is there before the next request is.
  t.equal((await ask('POST /', {}, 'body')).status, 200);
});
