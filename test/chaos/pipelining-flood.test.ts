import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { memoryOf, riseDuring } from '../listen/gauge.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { connect as connectRaw } from '../support/raw.ts';
import { startUpstream } from '../support/upstream.ts';

const MB = 1_048_576;
const MOST = 100 * MB;
const AT_ONCE = 20;

/** As little as a request can be, and one that no route takes, whose refusal is made at once. */
const TINY = 'GET / HTTP/1.1\r\nHost:a\r\n\r\n';
const LOST = 'GET /lost HTTP/1.1\r\nHost:a\r\n\r\n';
const SLOW = 'GET /slow HTTP/1.1\r\nHost:a\r\n\r\n';

async function gatewayOf(t: Test): Promise<GatewayProcess> {
  const upstream = await startUpstream({
    reply: ({ target }) => (target === '/slow' ? () => {} : undefined),
  });
  t.teardown(() => upstream.close());
  const gateway = await startGatewayProcess(
    `guard: off
log: { access: off }
upstreams: { back: '${upstream.url}' }
routes:
  - { path: /, permit: anyone, forward: back }
  - { path: /slow, permit: anyone, forward: back }
`,
    { NODE_OPTIONS: '--max-old-space-size=128' },
  );
  t.teardown(() => gateway.stop('SIGKILL'));
  return gateway;
}

interface Flood {
  sent: number;
  over: boolean;
}

/** Sends `first`, and behind it `requests` without end; on a new connection when one is closed or takes no more. */
async function pour(port: number, first: string, requests: string, flood: Flood): Promise<void> {
  const piece = Buffer.from(requests.repeat(Math.ceil(65_536 / requests.length)));
  while (!flood.over) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {}).resume();
    socket.write(first);
    await fill(socket, piece, flood);
    socket.destroy();
  }
}

function fill(socket: Socket, piece: Buffer, flood: Flood): Promise<void> {
  return new Promise((resolve) => {
    // A connection that is not read on takes no more: a new one may, until enough is sent.
    const patience = setInterval(() => {
      if (flood.over || flood.sent < MOST) done();
    }, 200);
    const done = () => {
      clearInterval(patience);
      resolve();
    };
    const more = () => {
      patience.refresh();
      for (let room = true; room && !flood.over && !socket.destroyed; ) {
        flood.sent += piece.length;
        room = socket.write(piece);
      }
      if (flood.over) done();
    };
    socket.on('drain', more).once('close', done);
    more();
  });
}

for (const [name, first, requests] of [
  ['behind a request that waits', SLOW, TINY],
  ['that are refused at once', '', LOST],
  ['that an upstream answers', '', TINY],
] as const) {
  t.test(`100 MB of pipelined requests ${name}: memory is bounded, and others are served`, async (t) => {
    const gateway = await gatewayOf(t);
    const pid = gateway.process.pid ?? 0;
    await fetch(gateway.url);
    const flood: Flood = { sent: 0, over: false };
    const odd: unknown[] = [];
    let served = 0;
    const before = memoryOf(pid);
    const rise = await riseDuring(pid, async () => {
      const floods = Array.from({ length: AT_ONCE }, () => pour(gateway.port, first, requests, flood));
      while ((served < 50 || flood.sent < MOST) && gateway.process.exitCode === null) {
        const { status } = await fetch(gateway.url).catch((error: Error) => ({ status: error }));
        if (status === 200) served++;
        else odd.push(status);
      }
      flood.over = true;
      await Promise.all(floods);
    });
    t.comment(
      `${Math.round(flood.sent / MB)} MB sent, ${served} requests of another client served meanwhile; memory ${Math.round(before / MB)} MB + ${Math.round(rise / MB)} MB`,
    );
    t.equal(gateway.process.exitCode, null, 'the process lives');
    t.same(odd, [], 'the other client got its answers');
    t.ok(rise < 150 * MB, `${rise} bytes more`);
  });
}

t.test('whoever pipelines with patience gets all answers, in order, however many', async (t) => {
  const gateway = await gatewayOf(t);
  const client = await connectRaw(gateway.port, { discard: true });
  const paths = Array.from({ length: 2_000 }, (_, n) => (n % 3 === 0 ? '/' : `/lost/${n}`));
  const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  // The first few tell that the connection pipelines; from then on it is read no faster than it is answered.
  void client.send(requests.slice(0, 10).join(''));
  t.equal((await client.response()).status, 200);
  void client.send(requests.slice(10).join(''));
  const got: number[] = [200];
  while (got.length < paths.length) got.push((await client.response()).status);
  client.destroy();
  t.same(
    got,
    paths.map((path) => (path === '/' ? 200 : 404)),
  );
});

t.test('a body in the midst of pipelined requests arrives whole, whatever it looks like', async (t) => {
  const upstream = await startUpstream({
    reply: ({ body }) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  });
  t.teardown(() => upstream.close());
  const gateway = await startGatewayProcess(
    `guard: off\nupstreams: { back: '${upstream.url}' }\nroutes: [{ path: /**, permit: anyone, forward: back }]\n`,
  );
  t.teardown(() => gateway.stop('SIGKILL'));
  // Empty lines are where requests are told apart.
  const body = 'a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n\n\n\r\n\r\n'.repeat(1_000);
  const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const all = [
    'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n',
    `POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    'GET /3 HTTP/1.1\r\nHost: a\r\n\r\n',
    `POST /4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`,
    'GET /5 HTTP/1.1\r\nHost: a\r\n\r\n',
  ];
  const client = await connectRaw(gateway.port);
  for (const round of [1, 2, 3]) {
    void client.send(all.join(''));
    for (const expected of ['', body, '', body, ''])
      t.equal((await client.response()).body.toString(), expected, `round ${round}`);
  }
  client.destroy();
  t.equal(upstream.requests.length, 15);
});
