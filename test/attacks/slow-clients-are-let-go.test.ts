import t from 'tap';
import { connect } from '../support/raw.ts';
import { head, stand } from '../support/stand.ts';

const QUICK = 'limits: { header_timeout: 1s, body_idle: 1s, keep_alive: 1s }';

t.test(
  'a head or a body that trickles is 408, an idle connection is closed, and the others go on',
  async (t) => {
    const { port, get, upstream } = await stand(t, { top: QUICK });
    const silent = await connect(port);
    const slowHead = await connect(port);
    await slowHead.send('GET /public/x HTTP/1.1\r\nHost: a\r\nX-Slow: ');
    const slowBody = await connect(port);
    await slowBody.send(`${head('POST', '/public/x', [['Content-Length', '100']])}half`);
    const slowChunk = await connect(port);
    await slowChunk.send(`${head('POST', '/public/x', [['Transfer-Encoding', 'chunked']])}64\r\nhalf`);
    const idle = await connect(port);
    await idle.send(head('GET', '/public/x'));
    t.equal((await idle.response()).status, 200);
    const waiting = [silent, slowHead, slowBody, slowChunk, idle];
    let done = false;
    const all = Promise.all(waiting.map(({ closed }) => closed)).then(() => {
      done = true;
    });
    const others = new Set<number>();
    while (!done) others.add((await get('/public/good')).status);
    await all;
    t.same([...others], [200]);
    for (const client of [slowHead, slowBody, slowChunk])
      t.match(client.received.toString(), /^HTTP\/1\.1 408 /);
    t.same(
      upstream.requests.filter(({ complete, method }) => complete && method === 'POST'),
      [],
    );
  },
);

t.test('hundreds of idle connections harm nobody', async (t) => {
  const { port, get } = await stand(t);
  const idle = await Promise.all(Array.from({ length: 500 }, () => connect(port)));
  t.equal((await get('/public/x')).status, 200);
  for (const client of idle) client.destroy();
});
