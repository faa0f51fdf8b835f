import t from 'tap';
import { connect } from '../support/raw.ts';
import { ask, setStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const ROUTES = 'routes: [{ path: /**, permit: anyone, forward: shop }]';

t.test('a thousand idle connections do not trouble good traffic, and end', async (t) => {
  const { gateway } = await setStage(
    t,
    `guard: off\nlimits: { header_timeout: 1s, keep_alive: 1s }\n${ROUTES}`,
  );
  const idle = await Promise.all(Array.from({ length: 1_000 }, () => connect(gateway.port)));
  const starts = ['', 'GET / HT', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'];
  await Promise.all(idle.map((client, n) => client.send(starts[n % 4] ?? '')));
  // The time begins when the connection does, and single bytes do not prolong it.
  const trickle = setInterval(() => {
    for (const client of idle.slice(0, 100)) if (client.socket.writable) void client.send('x');
  }, 100);
  const good: number[] = [];
  let ended = 0;
  for (const client of idle) void client.closed.then(() => ended++);
  while (ended < idle.length) good.push((await ask(gateway.port, 'GET /good')).status);
  clearInterval(trickle);
  t.comment(`${good.length} good requests were answered while the idle connections lasted`);
  t.same([...new Set(good)], [200]);
  const answers = new Set(idle.map((client) => client.received.toString('latin1').split('\r\n', 1)[0]));
  t.same(
    [...answers].filter((line) => !/^$|408|200|400/.test(line ?? '')),
    [],
  );
  t.ok(
    [...answers].some((line) => line?.includes('408')),
    'who sent a part of a head is told why',
  );
});

t.test('an address has no more connections than it may', async (t) => {
  const { gateway } = await setStage(t, `guard: { connections: 5 }\n${ROUTES}`);
  const held = await Promise.all(Array.from({ length: 5 }, () => connect(gateway.port)));
  for (const client of held) {
    await client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    t.equal((await client.response()).status, 200);
  }
  const sixth = await connect(gateway.port);
  await sixth.closed;
  t.equal(sixth.received.length, 0);
  held[0]?.destroy();
  await until(async () => (await ask(gateway.port, 'GET /').catch(() => undefined))?.status === 200);
  for (const client of held) client.destroy();
});

t.test('connections of trusted proxies are not counted', async (t) => {
  const { gateway } = await setStage(t, `guard: { connections: 1 }\ntrusted_proxies: [127.0.0.1]\n${ROUTES}`);
  const held = await Promise.all(Array.from({ length: 20 }, () => connect(gateway.port)));
  for (const client of held) {
    await client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    t.equal((await client.response()).status, 200);
    await client.closed;
  }
});

t.test('a head that is sent byte by byte is 408 when its time is over', async (t) => {
  const { gateway, upstream } = await setStage(t, `limits: { header_timeout: 500ms }\n${ROUTES}`);
  const client = await connect(gateway.port);
  const bytes = 'GET / HTTP/1.1\r\nHost: a\r\nX-Long: '.split('');
  const trickle = setInterval(() => void client.send(bytes.shift() ?? 'x'), 10);
  const refused = await client.response();
  clearInterval(trickle);
  t.equal(refused.status, 408);
  t.same(JSON.parse(refused.body.toString()), { detail: 'Request timed out.' });
  await client.closed;
  t.equal(upstream.requests.length, 0);
  t.ok(
    gateway.log.some(({ code }) => code === 'headers_too_slow'),
    'and the log says so',
  );
});
