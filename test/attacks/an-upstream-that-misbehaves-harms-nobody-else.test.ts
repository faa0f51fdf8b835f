import t from 'tap';
import { connect } from '../support/raw.ts';
import { head, stand } from '../support/stand.ts';
import { TRANSPORT } from '../support/transport.ts';
import { until } from '../support/until.ts';
import { answer } from '../support/upstream.ts';

// GHSA-35p6-xmwp-9g52

const OK = 'HTTP/1.1 200 OK\r\n';
const SECOND = answer(200, 'of somebody else');

/** What an upstream may send, and what its own client gets. */
const REPLIES: [name: string, reply: string, status: number][] = [
  ['a Trailer header, with a length', `${OK}Trailer: X-Sum\r\nContent-Length: 2\r\n\r\nok`, 200],
  [
    'a Trailer header, chunked',
    `${OK}Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n`,
    200,
  ],
  [
    '101 unasked',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    502,
  ],
  ['101 without Upgrade', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 502],
  // undici gives up on it.
  [
    '100 before the answer',
    `HTTP/1.1 100 Continue\r\n\r\n${answer(200, 'ok')}`,
    TRANSPORT === 'undici' ? 502 : 200,
  ],
  ['103 before the answer', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${answer(200, 'ok')}`, 200],
  ['status 099', `HTTP/1.1 099 Low\r\nContent-Length: 2\r\n\r\nok`, 502],
  ['status 1000', 'HTTP/1.1 1000 High\r\nContent-Length: 2\r\n\r\nok', 502],
  ['status 999', 'HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok', 999],
  ['no status', 'HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\nok', 502],
  ['control characters in the reason', 'HTTP/1.1 200 O\x01K\x1b[31m\r\nContent-Length: 2\r\n\r\nok', 200],
  ['HTTP/0.9', 'ok', 502],
  ['HTTP/2.0', 'HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok', 200],
  ['nothing', '', 502],
  ['a folded header', `${OK}X: y\r\n z: y\r\nContent-Length: 2\r\n\r\nok`, 502],
  ['a header without a colon', `${OK}X\r\nContent-Length: 2\r\n\r\nok`, 502],
  ['a space before the colon', `${OK}Content-Length : 2\r\n\r\nok`, 502],
  ['a bare LF', `${OK}X: y\nSet-Cookie: forged=1\r\nContent-Length: 2\r\n\r\nok`, 502],
  ['a bare CR', `${OK}X: y\rSet-Cookie: forged=1\r\nContent-Length: 2\r\n\r\nok`, 502],
  ['NUL in a value', `${OK}X: y\0\r\nContent-Length: 2\r\n\r\nok`, 502],
  [
    'a length and chunks',
    `${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    502,
  ],
  ['two codings', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`, 502],
  ['two lengths', `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok`, 502],
  ['a negative length', `${OK}Content-Length: -2\r\n\r\nok`, 502],
  ['a huge head', `${OK}${`X: ${'y'.repeat(1_000)}\r\n`.repeat(100)}Content-Length: 2\r\n\r\nok`, 502],
  ['two answers', answer(200, 'ok') + SECOND, 200],
  ['an answer and nonsense', `${answer(200, 'ok')}nonsense`, 200],
  ['a longer body than said', `${OK}Content-Length: 2\r\n\r\nok${SECOND}`, 200],
  ['a body of 204', `HTTP/1.1 204 None\r\n\r\n${SECOND}`, 204],
  ['a body of 304', `HTTP/1.1 304 Same\r\nContent-Length: 100\r\n\r\n${SECOND}`, 304],
  [
    'Connection names the length',
    `${OK}Connection: content-length, x\r\nX: y\r\nContent-Length: 2\r\n\r\nok`,
    200,
  ],
  [
    'hop headers',
    `${OK}Keep-Alive: timeout=1\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok`,
    200,
  ],
];

t.test('its own client gets its answer or a 502, and the next client gets nothing of it', async (t) => {
  const { port, upstream, get } = await stand(t);
  for (const [name, reply, status] of REPLIES) {
    upstream.reply(({ target }) =>
      target === '/public/odd' ? (socket) => void socket.end(reply, 'latin1') : answer(200, target),
    );
    const client = await connect(port);
    await client.send(head('GET', '/public/odd'));
    const response = await client.response();
    t.equal(response.status, status, name);
    if (status === 502) t.equal(response.body.toString(), '{"detail":"Bad gateway."}', name);
    t.same(
      ['trailer', 'keep-alive-of-upstream', 'proxy-authenticate', 'upgrade', 'x'].flatMap(response.header),
      [],
      name,
    );
    t.notMatch(client.received.toString(), /forged/);
    client.destroy();
    for (const next of ['/public/1', '/public/2']) t.equal((await get(next)).body.toString(), next, name);
  }
});

t.test('the same of one that keeps its connections open', async (t) => {
  const { port, upstream, get } = await stand(t);
  for (const [name, reply] of REPLIES) {
    if (name === 'nothing' || name === 'HTTP/0.9' || name === '101 without Upgrade') continue;
    upstream.reply(({ target }) =>
      target === '/public/odd' ? (socket) => void socket.write(reply, 'latin1') : answer(200, target),
    );
    const client = await connect(port);
    await client.send(head('GET', '/public/odd'));
    await Promise.all(
      [1, 2, 3, 4].map(async (index) =>
        t.equal((await get(`/public/${index}`)).body.toString(), `/public/${index}`, name),
      ),
    );
    client.destroy();
    t.equal((await get('/public/5')).body.toString(), '/public/5', name);
  }
});

t.test('bytes on an idle connection end that connection', async (t) => {
  const { upstream, get } = await stand(t);
  const idle: (() => void)[] = [];
  upstream.reply(({ target }) => (socket) => {
    socket.write(answer(200, target));
    idle.push(() => void socket.write(SECOND));
  });
  t.equal((await get('/public/1')).body.toString(), '/public/1');
  for (const write of idle.splice(0)) write();
  await until(() => upstream.open === 0);
  t.equal((await get('/public/2')).body.toString(), '/public/2');
  t.equal(upstream.connections, 2);
});

t.test('HEAD with a body, and a body where the client has gone', async (t) => {
  const { port, upstream, get, send } = await stand(t, { reply: ({ target }) => answer(200, target) });
  for (let round = 0; round < 3; round++) {
    t.equal((await send(head('HEAD', '/public/head'), { noBody: true })).status, 200);
    t.equal((await get('/public/next')).body.toString(), '/public/next');
    const gone = await connect(port);
    await gone.send(head('GET', '/public/gone'));
    gone.destroy();
    t.equal((await get('/public/after')).body.toString(), '/public/after');
  }
  t.same(upstream.malformed, []);
});
