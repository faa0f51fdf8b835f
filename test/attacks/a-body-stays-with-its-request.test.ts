import t from 'tap';
import { connect } from '../support/raw.ts';
import { ADA, head, stand } from '../support/stand.ts';

const HIDDEN = 'GET /public/hidden HTTP/1.1\r\nHost: a\r\n\r\n';

t.test('a body of GET, HEAD or DELETE never becomes a request of its own', async (t) => {
  const { port, upstream, broken } = await stand(t);
  for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS']) {
    const client = await connect(port);
    const chunked = `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`;
    await client.send(`${head(method, '/public/x', [['Content-Length', String(HIDDEN.length)]])}${HIDDEN}`);
    t.equal((await client.response({ noBody: method === 'HEAD' })).status, 200);
    await client.send(`${head(method, '/public/x', [['Transfer-Encoding', 'chunked']])}${chunked}`);
    t.equal((await client.response({ noBody: method === 'HEAD' })).status, 200);
    await client.send(head('GET', '/mine/victim', [ADA]));
    t.equal((await client.response()).status, 200);
    client.destroy();
  }
  t.same([...new Set(upstream.requests.map(({ target }) => target))], ['/public/x', '/mine/victim']);
  t.same([...new Set(upstream.requests.map(({ body }) => body.toString()))], [HIDDEN, '']);
  t.same(await broken(), []);
});

t.test('a body that its head does not announce is the next request, judged like any other', async (t) => {
  const { port, upstream } = await stand(t);
  const client = await connect(port);
  await client.send(`${head('GET', '/public/x', [['Content-Length', '0']])}${head('GET', '/mine/x')}`);
  t.equal((await client.response()).status, 200);
  t.equal((await client.response()).status, 401);
  client.destroy();
  t.same(
    upstream.requests.map(({ target }) => target),
    ['/public/x'],
  );
});

t.test('a refused request takes its body with it', async (t) => {
  const { port, upstream } = await stand(t);
  for (const target of ['/mine/x', '/unrouted', '/public//x', '/public/..']) {
    for (const framing of [
      ['Content-Length', String(HIDDEN.length + 500)],
      ['Transfer-Encoding', 'chunked'],
    ] as [string, string][]) {
      const client = await connect(port);
      await client.send(head('POST', target, [framing]));
      t.ok((await client.response()).status >= 400);
      void client.send(`${HIDDEN}${HIDDEN}`);
      await client.closed;
      t.equal(client.unread.length, 0);
    }
  }
  t.same(upstream.requests, []);
});

t.test('Expect: 100-continue is answered, and the body follows', async (t) => {
  // CVE-2024-24791
  const { port, upstream, broken } = await stand(t);
  const client = await connect(port);
  for (let round = 0; round < 2; round++) {
    await client.send(
      head('POST', '/public/x', [
        ['Expect', '100-continue'],
        ['Content-Length', '3'],
      ]),
    );
    t.equal((await client.response({ interim: true })).status, 100);
    await client.send('abc');
    t.equal((await client.response()).status, 200);
  }
  await client.send(
    head('POST', '/mine/x', [
      ['Expect', '100-continue'],
      ['Content-Length', '3'],
    ]),
  );
  const refused = await client.response();
  t.equal(refused.status, 401);
  t.same(refused.interim, [], 'nobody is told to send what nobody reads');
  await client.closed;
  t.same(
    upstream.requests.map(({ body }) => body.toString()),
    ['abc', 'abc'],
  );
  t.same(
    upstream.requests.map((request) => request.header('expect')),
    [[], []],
  );
  t.same(await broken(), []);
});

t.test('an expectation that nobody knows is 417, once', async (t) => {
  const { port, send, upstream } = await stand(t);
  const length = head('POST', '/public/x', [
    ['Expect', 'miracles'],
    ['Content-Length', '3'],
  ]);
  t.equal((await send(`${length}abc`)).status, 417);
  const client = await connect(port);
  const chunked = head('POST', '/public/x', [
    ['Expect', 'miracles'],
    ['Transfer-Encoding', 'chunked'],
  ]);
  await client.send(`${chunked}5\r\nabcdefgh\r\n${HIDDEN}`);
  await client.closed;
  t.ok([...client.received.toString().matchAll(/HTTP\/1\.1 /g)].length <= 1);
  t.same(upstream.requests, []);
});
