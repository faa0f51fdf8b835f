import { once } from 'node:events';
import t from 'tap';
import { connect } from '../support/raw.ts';
import { setStage } from '../support/stage.ts';
import { TRANSPORT } from '../support/transport.ts';
import { answer } from '../support/upstream.ts';

const OPEN = 'guard: off\nroutes: [{ path: /**, permit: anyone, forward: shop }]';
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

t.test('204 and 304 never announce a body', async (t) => {
  const { gateway, upstream } = await setStage(t, OPEN);
  for (const status of [204, 304]) {
    for (const body of ['', 'hello']) {
      upstream.reply(() => `HTTP/1.1 ${status} X\r\nETag: "x"\r\nContent-Length: 5\r\n\r\n${body}`);
      const client = await connect(gateway.port);
      await client.send(GET);
      const response = await client.response();
      t.same([response.status, response.header('etag')], [status, ['"x"']]);
      t.same(response.header('content-length'), [], `${status} with ${JSON.stringify(body)}`);
      upstream.reply(() => answer(200, 'next'));
      await client.send(GET);
      t.equal((await client.response()).body.toString(), 'next', 'the connection goes on');
      client.destroy();
    }
  }
});

t.test('HEAD keeps the length of the body that a GET would have', async (t) => {
  const { ask, upstream } = await setStage(t, OPEN);
  upstream.reply(() => 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n');
  t.same((await ask('HEAD /')).header('content-length'), ['7']);
});

t.test('a head of a reply may be 64 KB, and more or less where the file says so', async (t) => {
  const { ask, upstream } = await setStage(
    t,
    `guard: off
upstreams:
  usual: { url: '\${SHOP}' }
  wide: { url: '\${SHOP}', header_bytes: 128KB }
  narrow: { url: '\${SHOP}', header_bytes: 4KB }
routes:
  - { path: /usual, permit: anyone, forward: usual }
  - { path: /wide, permit: anyone, forward: wide }
  - { path: /narrow, permit: anyone, forward: narrow }`,
  );
  const sized = (bytes: number) =>
    answer(
      200,
      'ok',
      Array.from({ length: bytes / 1_000 }, (_, n) => ['Set-Cookie', `c${n}=${'v'.repeat(980)}`]),
    );
  const statuses = async (path: string, sizes: readonly number[]) => {
    const got: number[] = [];
    for (const size of sizes) {
      upstream.reply(() => sized(size));
      got.push((await ask(`GET ${path}`)).status);
    }
    return got;
  };
  t.same(await statuses('/narrow', [3_000, 6_000]), [200, 502]);
  t.same(await statuses('/usual', [20_000, 60_000, 80_000]), [200, 200, 502]);
  t.same(await statuses('/wide', [80_000, 120_000, 160_000]), [200, 200, 502]);
});

t.test('interim replies are dropped, however many', { skip: TRANSPORT === 'undici' }, async (t) => {
  const { ask, upstream } = await setStage(t, OPEN);
  const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
  upstream.reply(() => interim.repeat(20) + answer(200, 'final'));
  const response = await ask('GET /');
  t.same([response.status, response.body.toString(), response.interim], [200, 'final', []]);
});

t.test('a small reply goes to the client in one piece', async (t) => {
  const { gateway, upstream } = await setStage(t, OPEN);
  upstream.reply(() => answer(200, 'small'));
  const client = await connect(gateway.port);
  t.teardown(() => client.destroy());
  for (let n = 0; n < 10; n++) {
    const first = once(client.socket, 'data');
    await client.send(GET);
    const [piece] = (await first) as [Buffer];
    t.match(piece.toString(), /^HTTP\/1\.1 200 (?:.+\r\n)+\r\nsmall$/);
    await client.response();
  }
});

t.test('whatever the framing and wherever it is cut, the body is the same', async (t) => {
  const { ask, upstream } = await setStage(t, OPEN);
  const body = Array.from({ length: 300 }, (_, n) => String.fromCharCode(32 + (n % 90))).join('');
  const chunked = [...body.matchAll(/.{1,37}/g)].map(
    ([piece]) => `${piece.length.toString(16)};a="b"\r\n${piece}\r\n`,
  );
  const framings = {
    length: answer(200, body),
    chunks: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked.join('')}0\r\nX-Sum: 1\r\n\r\n`,
    end: `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${body}`,
  };
  for (const [name, bytes] of Object.entries(framings)) {
    for (const cut of [1, 2, 20, 45, 60, bytes.length - 3, bytes.length - 1]) {
      upstream.reply(() => async (socket) => {
        socket.write(bytes.slice(0, cut), 'latin1');
        await new Promise((later) => setTimeout(later, 5));
        socket.write(bytes.slice(cut), 'latin1');
        if (name === 'end') socket.end();
      });
      const response = await ask('GET /');
      t.equal(response.body.toString(), body, `${name}, cut at ${cut}`);
    }
  }
});
