import t from 'tap';
import { connect } from '../support/raw.ts';
import { ADA, head, stand } from '../support/stand.ts';
import { until } from '../support/until.ts';
import { answer } from '../support/upstream.ts';

// RFC 9112 §9.3.2, §9.6

const SECOND = head('POST', '/public/second', [['Content-Length', '0']]);

t.test('what follows a request whose answer closes the connection is not taken', async (t) => {
  const { port, upstream } = await stand(t);
  const closing = [
    head('GET', '/public//x'),
    head('GET', '/public/..'),
    `${head('POST', '/mine/x', [['Content-Length', '70000']])}abc`,
    `${head('POST', '/public/x', [['Transfer-Encoding', 'gzip, chunked']])}0\r\n\r\n`,
    head('TRACE', '/public/x'),
    'GET /public/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'GET /public/x HTTP/1.1\r\n\r\n',
    'GET /public/x HTTP/2.0\r\nHost: a\r\n\r\n',
  ];
  for (const first of closing) {
    const client = await connect(port);
    void client.send(first + SECOND + SECOND);
    t.ok((await client.response()).status >= 400, first);
    await client.closed;
    t.equal(client.unread.length, 0, first);
  }
  t.same(upstream.requests, []);
});

t.test('answers come in the order of the requests, and each has its own', async (t) => {
  const { port, upstream, broken } = await stand(t, { reply: ({ target }) => answer(200, target) });
  const client = await connect(port);
  const targets = Array.from({ length: 50 }, (_, index) =>
    index % 5 === 3 ? `/unrouted/${index}` : `/public/${index}`,
  );
  await client.send(targets.map((target) => head('GET', target)).join(''));
  const bodies: string[] = [];
  for (const _ of targets) bodies.push((await client.response()).body.toString());
  client.destroy();
  t.same(
    bodies,
    targets.map((target) => (target.startsWith('/public') ? target : '{"detail":"Not found."}')),
  );
  t.equal(upstream.requests.length, 40);
  t.same(await broken(), []);
});

t.test('HTTP/1.0 keeps a connection only where it asks to', async (t) => {
  const { port, upstream } = await stand(t);
  const kept = await connect(port);
  await kept.send(
    'GET /public/1 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\nGET /public/2 HTTP/1.0\r\nHost: a\r\n\r\nGET /public/3 HTTP/1.0\r\nHost: a\r\n\r\n',
  );
  t.equal((await kept.response()).status, 200);
  t.equal((await kept.response()).status, 200);
  await kept.closed;
  t.notOk(upstream.requests.some(({ target }) => target === '/public/3'));
});

t.test('nonsense behind a good request is answered after it', async (t) => {
  let release = (): void => {};
  const { port, upstream } = await stand(t, {
    reply: () => (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf');
      release = () => void socket.write('half');
    },
  });
  const client = await connect(port);
  await client.send(head('GET', '/public/x'));
  await until(() => client.unread.length > 0);
  await client.send('NONSENSE\r\n\r\n');
  await client.send('MORE\r\n\r\n');
  release();
  t.equal((await client.response()).body.toString(), 'halfhalf');
  t.equal((await client.response()).status, 400);
  await client.closed;
  t.equal(client.unread.length, 0);
  t.same(upstream.malformed, []);
});

t.test('an upgrade behind a request that is not answered yet closes the connection', async (t) => {
  const { port, upstream } = await stand(t, {
    reply: ({ target }) => (target === '/public/x' ? () => {} : undefined),
  });
  const client = await connect(port);
  const upgrade = head('GET', '/chat/x', [
    ADA,
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
  ]);
  await client.send(head('GET', '/public/x') + upgrade);
  await client.closed;
  t.equal(client.received.length, 0);
  t.same(
    upstream.requests.filter(({ target }) => target === '/chat/x'),
    [],
  );
});
