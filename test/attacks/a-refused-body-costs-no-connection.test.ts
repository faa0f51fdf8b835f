import t from 'tap';
import { connect, type RawClient } from '../support/raw.ts';
import { BOB, head, stand } from '../support/stand.ts';

// RFC 9110 §10.1.1, RFC 9112 §9.3

const FEW = '{ id: few, path: /few, permit: anyone, throttle: { rate: 1/h, by: ip }, forward: back }';

async function post(client: RawClient, target: string, body: string, headers = [] as [string, string][]) {
  await client.send(`${head('POST', target, [...headers, ['Content-Length', String(body.length)]])}${body}`);
  return client.response();
}

t.test('a short body that nobody needs is read and dropped, and the connection serves on', async (t) => {
  const { port, upstream, broken } = await stand(t, { routes: [FEW] });
  const client = await connect(port);
  t.equal((await post(client, '/few', 'abc')).status, 200);
  const refusals = [
    [401, '/mine/x', []],
    [403, '/admin/x', [BOB]],
    [404, '/unrouted', []],
    [429, '/few', []],
  ] as const;
  for (const size of [3, 60_000]) {
    for (const [status, target, headers] of refusals) {
      const refused = await post(client, target, 'x'.repeat(size), [...headers] as [string, string][]);
      t.equal(refused.status, status, `${target} with ${size} bytes`);
      t.same(refused.header('connection'), ['keep-alive']);
    }
  }
  t.equal((await post(client, '/public/x', 'abc')).status, 200);
  client.destroy();
  t.same(
    upstream.requests.map(({ body }) => body.toString()),
    ['abc', 'abc'],
  );
  t.same(await broken(), []);
});

t.test('a body that comes after its refusal is no request', async (t) => {
  const { port, upstream } = await stand(t);
  const client = await connect(port);
  const body = head('GET', '/public/hidden');
  await client.send(head('POST', '/mine/x', [['Content-Length', String(body.length)]]));
  t.equal((await client.response()).status, 401);
  for (const byte of body) await client.send(byte);
  await client.send(head('GET', '/public/next'));
  t.equal((await client.response()).status, 200);
  client.destroy();
  t.same(
    upstream.requests.map(({ target }) => target),
    ['/public/next'],
  );
});

t.test('a long body, one of unknown length and one that waits for a 100 end the connection', async (t) => {
  const { port, upstream } = await stand(t);
  for (const headers of [
    [['Content-Length', '100000']],
    [['Transfer-Encoding', 'chunked']],
    [
      ['Content-Length', '3'],
      ['Expect', '100-continue'],
    ],
  ] as [string, string][][]) {
    const client = await connect(port);
    await client.send(head('POST', '/mine/x', headers));
    const refused = await client.response();
    t.equal(refused.status, 401);
    t.same(refused.header('connection'), ['close']);
    t.same(refused.interim, [], 'nobody is told to send a body that nobody reads');
    await client.closed;
  }
  t.same(upstream.requests, []);
});

t.test('a short body that never comes is not waited for', async (t) => {
  const { port } = await stand(t);
  const client = await connect(port);
  await client.send(`${head('POST', '/mine/x', [['Content-Length', '3']])}a`);
  t.equal((await client.response()).status, 401);
  await client.closed;
  t.equal(client.unread.length, 0);
});

t.test('every media type is forwarded, also what is none', async (t) => {
  const { port, upstream } = await stand(t);
  const types = [
    '',
    ' ',
    'nonsense',
    'text',
    'text/',
    '/plain',
    'text/plain;;',
    'a b/c',
    ',',
    '"',
    'é/é',
    '*/*',
  ];
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const client = await connect(port);
    for (const type of types) {
      await client.send(
        `${head(method, '/public/x', [
          ['Content-Type', type],
          ['Content-Length', '3'],
        ])}abc`,
      );
      t.equal((await client.response()).status, 200, `${method} ${type}`);
    }
    await client.send(`${head(method, '/public/x', [['Content-Length', '3']])}abc`);
    t.equal((await client.response()).status, 200, `${method} without any`);
    client.destroy();
  }
  t.equal(upstream.requests.length, 5 * (types.length + 1));
  t.same([...new Set(upstream.requests.map(({ body }) => body.toString()))], ['abc']);
});
