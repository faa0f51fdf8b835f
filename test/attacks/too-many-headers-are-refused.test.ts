import t from 'tap';
import { connect } from '../support/raw.ts';
import { stand } from '../support/stand.ts';

const START = 'GET /public/x HTTP/1.1\r\nHost: a\r\n';

t.test('more headers than the limit are 431, and none is dropped below it', async (t) => {
  const { port, upstream, send, broken } = await stand(t);
  // The last is the 2,001st: a parser that keeps the first 2,000 would not see it.
  for (const [count, bytes] of [
    [101, 'A:'],
    [2_000, 'A:'],
    [2_000, 'A: b'],
    [10_000, 'A:'],
  ] as const) {
    const client = await connect(port);
    void client.send(`${START}${`${bytes}\r\n`.repeat(count)}X-User: 1\r\n\r\n`);
    t.equal((await client.response()).status, 431, `${count} times ${bytes}`);
    t.same(await client.closed, {});
  }
  t.same(upstream.requests, []);
  t.equal((await send(`${START}${'A: b\r\n'.repeat(98)}X-Last: 1\r\n\r\n`)).status, 200);
  t.same([upstream.requests[0]?.header('a').length, upstream.requests[0]?.header('x-last')], [98, ['1']]);
  t.same(await broken(), []);
});

t.test('a head that is too large is 431, however it is large', async (t) => {
  const { port, upstream } = await stand(t);
  const large = 'x'.repeat(20_000);
  const heads = [
    `GET /public/${large} HTTP/1.1\r\nHost: a\r\n\r\n`,
    `${START}A: ${large}\r\n\r\n`,
    `${START}${large}: a\r\n\r\n`,
    `${START}Authorization: Token ${large}\r\n\r\n`,
  ];
  for (const bytes of heads) {
    const client = await connect(port);
    void client.send(bytes);
    t.equal((await client.response()).status, 431);
    await client.closed;
  }
  t.same(upstream.requests, []);
});
