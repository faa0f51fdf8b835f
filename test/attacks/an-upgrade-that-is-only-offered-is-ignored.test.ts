import t from 'tap';
import type { Pair } from '../support/http.ts';
import { connect } from '../support/raw.ts';
import { ADA, head, stand } from '../support/stand.ts';
import { answer } from '../support/upstream.ts';

// RFC 9110 §7.8

/** As they are sent by Java's HttpClient, by curl --http2, and by Apache HttpClient 5. */
const OFFERS: readonly Pair[][] = [
  [
    ['Connection', 'Upgrade, HTTP2-Settings'],
    ['HTTP2-Settings', 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA'],
    ['Upgrade', 'h2c'],
  ],
  [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'TLS/1.2'],
  ],
  [
    ['Upgrade', 'h2c'],
    ['connection', 'keep-alive, upgrade'],
    ['Upgrade', 'TLS/1.0, IRC/6.9'],
  ],
];

for (const offer of OFFERS) {
  const protocol = offer.find(([name]) => name === 'Upgrade')?.[1];
  t.test(`a request that offers ${protocol} is a request, and so is what follows it`, async (t) => {
    const { port, upstream, gateway, broken } = await stand(t, {
      reply: ({ target, body }) => answer(200, `${target} ${body}`),
    });
    const requests = [
      [head('GET', '/public/1', offer), '/public/1 '],
      [`${head('POST', '/public/2', [...offer, ['Content-Length', '3']])}abc`, '/public/2 abc'],
      [
        `${head('POST', '/public/3', [...offer, ['Transfer-Encoding', 'chunked']])}3\r\ndef\r\n0\r\n\r\n`,
        '/public/3 def',
      ],
      [head('GET', '/public/4'), '/public/4 '],
      [head('GET', '/chat/5', offer), '/chat/5 '],
    ] as const;
    for (const pieces of [requests.map(([bytes]) => bytes), [requests.map(([bytes]) => bytes).join('')]]) {
      const client = await connect(port);
      for (const piece of pieces) await client.send(piece);
      for (const [, body] of requests) t.equal((await client.response()).body.toString(), body);
      t.equal(client.socket.readyState, 'open', 'the connection serves on');
      client.destroy();
    }
    for (const request of upstream.requests)
      t.same([request.header('upgrade'), request.header('http2-settings')], [[], []]);
    await gateway.lines(2 * requests.length);
    t.equal(gateway.log.filter(({ msg }) => msg === 'request').length, 2 * requests.length, 'one line each');
    t.same(await broken(), []);
  });
}

t.test('a body that arrives later, byte by byte, is read to its end', async (t) => {
  const { port } = await stand(t, { reply: ({ body }) => answer(200, `${body}`) });
  const client = await connect(port);
  await client.send(head('POST', '/public/x', [...(OFFERS[0] ?? []), ['Content-Length', '10']]));
  for (const byte of '0123456789') await client.send(byte);
  t.equal((await client.response()).body.toString(), '0123456789');
  client.destroy();
});

t.test('the rules are those of the request, and what is refused keeps its connection', async (t) => {
  const { port, upstream } = await stand(t);
  const client = await connect(port);
  for (const [target, headers, status] of [
    ['/mine/x', [], 401],
    ['/admin/x', [ADA], 200],
    ['/unrouted', [], 404],
  ] as const) {
    await client.send(head('GET', target, [...headers, ...(OFFERS[0] ?? [])]));
    t.equal((await client.response()).status, status);
  }
  await client.send(head('GET', '/public//x', OFFERS[1]));
  t.equal((await client.response()).status, 400);
  await client.closed;
  t.equal(upstream.requests.length, 1);
});

t.test('a WebSocket on the list is not only offered', async (t) => {
  const { port, upstream } = await stand(t);
  for (const protocols of ['websocket, h2c', 'h2c,WebSocket', 'websocket/13']) {
    const client = await connect(port);
    await client.send(
      head('GET', '/chat/x', [
        ['Connection', 'Upgrade'],
        ['Upgrade', protocols],
      ]),
    );
    t.equal((await client.response()).status, 400, protocols);
    await client.closed;
  }
  t.same(upstream.requests, []);
});
