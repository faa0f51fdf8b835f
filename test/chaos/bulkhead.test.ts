import t from 'tap';
import { startGateway } from '../support/gateway.ts';
import { connect } from '../support/raw.ts';
import { ask, json } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { startUpstream } from '../support/upstream.ts';

t.test('a hung upstream takes its share and starves nobody', async (t) => {
  const hung = await startUpstream({ reply: () => () => {} });
  const fine = await startUpstream();
  t.teardown(() => Promise.all([hung.close(), fine.close()]));
  const gateway = await startGateway(`
guard: off
upstreams:
  hung: { url: '${hung.url}', concurrency: 5 }
  fine: { url: '${fine.url}', concurrency: 5 }
routes:
  - { path: /hung, permit: anyone, forward: hung }
  - { path: /fine, permit: anyone, forward: fine }
`);
  t.teardown(() => gateway.close());
  const held = await Promise.all(Array.from({ length: 5 }, () => connect(gateway.port)));
  for (const client of held) await client.send('GET /hung HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => hung.requests.length === 5);

  const refused = await Promise.all(
    Array.from({ length: 40 }, (_, n) => ask(gateway.port, n % 2 ? 'GET /hung' : 'POST /hung', {}, 'body')),
  );
  t.same([...new Set(refused.map(({ status }) => status))], [503]);
  t.same(refused[0]?.header('retry-after'), ['1']);
  t.same(refused[0] && json(refused[0]), { detail: 'Service temporarily unavailable, try again later.' });
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(gateway.port, 'GET /fine')));
    t.same([...new Set(answers.map(({ status }) => status))], [200]);
  }
  t.equal(hung.requests.length, 5, 'no more than its share has been sent');

  for (const client of held) client.destroy();
  hung.reply(undefined);
  await until(async () => (await ask(gateway.port, 'GET /hung')).status === 200);
  const again = await Promise.all(Array.from({ length: 5 }, () => ask(gateway.port, 'GET /hung')));
  t.same([...new Set(again.map(({ status }) => status))], [200], 'all of its share is free again');
});

for (const [name, reply] of Object.entries({
  'resets its connections': 'reset',
  'answers before it has read the body': 'HTTP/1.1 400 Bad\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
})) {
  t.test(`an upstream that ${name} gives every place of its share back`, async (t) => {
    const upstream = await startUpstream({ early: true });
    t.teardown(() => upstream.close());
    const gateway = await startGateway(`
guard: off
upstreams: { shop: { url: '${upstream.url}', concurrency: 3 } }
routes: [{ path: /**, permit: anyone, forward: shop }]
`);
    t.teardown(() => gateway.close());
    upstream.reply(() => (reply === 'reset' ? (socket) => void socket.resetAndDestroy() : reply));
    const expected = reply === 'reset' ? 502 : 400;
    for (let round = 0; round < 10; round++) {
      const client = await connect(gateway.port);
      await client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\npart');
      t.equal((await client.response()).status, expected);
      client.destroy();
    }
    upstream.reply(undefined);
    const answers = await Promise.all(Array.from({ length: 3 }, () => ask(gateway.port, 'GET /')));
    t.same(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
  });
}
