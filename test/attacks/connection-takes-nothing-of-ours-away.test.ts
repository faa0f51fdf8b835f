import t from 'tap';
import type { Pair } from '../support/http.ts';
import { ADA, head, stand } from '../support/stand.ts';

// CVE-2026-33805, CVE-2024-45410

const OURS = [
  'x-user',
  'X-User',
  'authorization',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-request-id',
  'host',
];

t.test('headers of ours that Connection names arrive all the same', async (t) => {
  const { get, upgrade, upstream, broken } = await stand(t);
  for (const name of OURS) {
    t.equal((await get('/mine/x', [ADA, ['Connection', `close, ${name}`]])).status, 200, name);
    t.equal(
      (await get('/mine/x', [['Connection', name], ADA, ['Connection', `close,,${name}`]])).status,
      200,
    );
    t.equal((await get('/mine/x', [['Connection', `${name}, keep-alive`], ADA])).status, 200);
    t.equal(await upgrade('/club/x', [ADA, ['Connection', name]]), 101);
  }
  for (const request of upstream.requests) {
    const found = [
      'x-user',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-request-id',
      'host',
    ];
    t.same(
      found.map((name) => request.header(name).length),
      [1, 1, 1, 1, 1, 1],
    );
  }
  t.same(await broken(), []);
});

t.test('framing that Connection names stays', async (t) => {
  const { send, upstream, broken } = await stand(t);
  const named: Pair = ['Connection', 'content-length, transfer-encoding, content-type, host'];
  const length = head('POST', '/public/x', [named, ['Content-Length', '3'], ['Content-Type', 'text/plain']]);
  t.equal((await send(`${length}abc`)).status, 200);
  const chunked = head('POST', '/public/x', [named, ['Transfer-Encoding', 'chunked']]);
  t.equal((await send(`${chunked}3\r\nabc\r\n0\r\n\r\n`)).status, 200);
  t.same(
    upstream.requests.map(({ body }) => body.toString()),
    ['abc', 'abc'],
  );
  t.same(upstream.requests[0]?.header('content-type'), ['text/plain']);
  t.same(await broken(), []);
});

t.test('headers of one connection are not passed to the next', async (t) => {
  const { get, upstream, broken } = await stand(t);
  const hop: Pair[] = [
    ['Connection', 'x-mine'],
    ['X-Mine', 'forged'],
    ['Keep-Alive', 'forged'],
    ['Proxy-Connection', 'forged'],
    ['Proxy-Authorization', 'forged'],
    ['TE', 'forged'],
    ['Upgrade', 'forged'],
    ['HTTP2-Settings', 'forged'],
  ];
  t.equal((await get('/public/x', hop)).status, 200);
  t.notMatch(upstream.requests[0]?.rawHead.toString(), /forged/);
  t.same(await broken(), []);
});
