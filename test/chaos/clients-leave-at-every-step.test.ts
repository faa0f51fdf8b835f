import { connect, type Socket } from 'node:net';
import { setImmediate as nextRound, setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

/** Connections; `POSTERN_TEST_LONG` makes ten times as many. */
const MANY = process.env.POSTERN_TEST_LONG ? 100_000 : 10_000;
const AT_ONCE = 64;

const HOST = 'Host: a\r\n';
const WEBSOCKET =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const OFFER = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';

/** Everything that Node's server tells apart: each event that hands out a request, a reply or a bare socket. */
const REQUESTS = [
  `GET /x HTTP/1.1\r\n${HOST}\r\n`,
  `GET /slow HTTP/1.1\r\n${HOST}\r\n`,
  `GET /broken HTTP/1.1\r\n${HOST}\r\n`,
  `GET /unrouted/x HTTP/1.0\r\n\r\n`,
  `HEAD /large HTTP/1.1\r\n${HOST}\r\n`,
  `GET /large HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
  `POST /x HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\n0123456789`,
  `POST /token HTTP/1.1\r\n${HOST}Content-Length: 100000\r\n\r\n${'x'.repeat(5_000)}`,
  `POST /x HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n`,
  `POST /x HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n4\r\nabcdNONSENSE\r\n`,
  `POST /x HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 4\r\n\r\nabcd`,
  `POST /x HTTP/1.1\r\n${HOST}Expect: something\r\nContent-Length: 4\r\n\r\nabcd`,
  `GET /ws HTTP/1.1\r\n${HOST}${WEBSOCKET}\r\n`,
  `GET /ws HTTP/1.1\r\n${HOST}${WEBSOCKET}\r\n\x81\x85abcdefghi`,
  `GET /x HTTP/1.1\r\n${HOST}${WEBSOCKET}\r\n`,
  `GET /ws/broken HTTP/1.1\r\n${HOST}${WEBSOCKET}\r\n`,
  `GET /ws/refused HTTP/1.1\r\n${HOST}${WEBSOCKET}\r\n`,
  `GET /x HTTP/1.1\r\n${HOST}${OFFER}\r\n`,
  `POST /slow HTTP/1.1\r\n${HOST}${OFFER}Content-Length: 4\r\n\r\nabcd`,
  `CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`,
  `CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n${'x'.repeat(100)}`,
  `TRACE /x HTTP/1.1\r\n${HOST}\r\n`,
  `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
  `GET //x HTTP/1.1\r\n${HOST}\r\n`,
  `GET /x HTTP/1.1\r\n${HOST}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`,
  'NONSENSE\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
];

/** A generator of numbers below `limit`, the same for the same seed (mulberry32). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** Sends one to three requests, cut anywhere, and leaves in one of the ways in which a client can, at any of the cuts. */
async function visit(port: number, below: (limit: number) => number): Promise<void> {
  const text = Array.from({ length: 1 + below(3) }, () => REQUESTS[below(REQUESTS.length)]).join('');
  const bytes = Buffer.from(text, 'latin1');
  const cuts = [...new Set(Array.from({ length: below(4) }, () => below(bytes.length)))].sort(
    (a, b) => a - b,
  );
  const leaveAfter = below(cuts.length + 2);
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise<void>((resolve) => {
    // Node tells of no close where a reset fails, as on a connection that was never made.
    socket.once('close', () => resolve()).once('error', () => resolve());
  });
  socket.on('error', () => {});
  // Nobody stays for long, even where the gateway does not read on.
  // Not reset: where its own end is still on the way, Node fails to, and the socket never closes.
  const patience = setTimeout(() => socket.destroy(), 200);
  if (below(4) > 0) socket.resume();
  let from = 0;
  for (const [step, to] of [...cuts, bytes.length].entries()) {
    if (step === leaveAfter || socket.destroyed) break;
    socket.write(bytes.subarray(from, to));
    from = to;
    await rest(below(4));
  }
  leave(socket, below(4));
  await closed;
  clearTimeout(patience);
}

async function rest(how: number): Promise<void> {
  if (how === 1) await nextRound();
  // Long enough for an answer, or for the upstream to be asked.
  if (how >= 2) await pause(5 * how);
}

function leave(socket: Socket, how: number): void {
  if (how === 0) socket.resetAndDestroy();
  else if (how === 1) socket.destroy();
  else if (how === 2) socket.end();
}

async function visits(port: number, count: number, seed: number): Promise<void> {
  const below = numbers(seed);
  let left = count;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await visit(port, below);
    }),
  );
}

/** Asks over and over on connections that are kept, and tells what was not as it should be. */
function bystander(url: string): { end(): Promise<{ asked: number; odd: string[] }> } {
  let over = false;
  let asked = 0;
  const odd: string[] = [];
  const asking = (async () => {
    while (!over) {
      const body = `body ${asked++}`;
      const got = await fetch(`${url}/echo`, { method: 'POST', body }).then(
        async (response) => `${response.status} ${await response.text()}`,
        (error: Error) => String(error.cause ?? error),
      );
      if (got !== `200 ${body}`) odd.push(got);
    }
  })();
  return {
    async end() {
      over = true;
      await asking;
      return { asked, odd };
    },
  };
}

function upstreamThatMisbehaves(): Promise<Upstream> {
  const ok = (body: string | Buffer) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const large = ok('x'.repeat(50_000));
  return startUpstream({
    reply: ({ target, method, body }) => {
      if (target === '/echo') return ok(body);
      if (target.endsWith('/broken')) return (socket) => void socket.resetAndDestroy();
      if (target === '/ws/refused') return 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno';
      if (target === '/large') return method === 'HEAD' ? ok('') : large;
      if (target === '/slow') return (socket) => void setTimeout(() => socket.write(ok('late')), 50);
      return undefined;
    },
  });
}

t.test(`${MANY} clients that leave at every step end nothing and harm nobody`, async (t) => {
  const upstream = await upstreamThatMisbehaves();
  t.teardown(() => upstream.close());
  const gateway = await startGatewayProcess(`
guard: off
store: memory
log: { access: off }
limits: { header_timeout: 1s, body_idle: 1s, keep_alive: 1s }
upstreams: { back: { url: '${upstream.url}', timeout: { response: 2s } } }
authenticators: { token: { type: redis-token } }
routes:
  - { path: /ws/**, permit: anyone, forward: { upstream: back, websocket: true } }
  - { path: /token, authenticate: [token], forward: back }
  - { path: /*, permit: anyone, forward: back }
`);
  t.teardown(() => gateway.stop('SIGKILL'));
  const seed = Date.now() % 1_000_000;
  t.comment(`seed ${seed}`);
  const other = bystander(gateway.url);
  const adminPort = Number(new URL(gateway.adminUrl).port);
  await visits(gateway.port, MANY, seed);
  await visits(adminPort, MANY / 10, seed + 1);
  const { asked, odd } = await other.end();
  t.comment(`beside it ${asked} requests of another client`);
  t.ok(asked > 10);
  t.same(odd, [], 'the other client got what it asked for, each time');
  t.equal(gateway.process.exitCode, null, 'the process lives');
  t.notMatch(gateway.stdout(), /internal error/);
  t.equal((await fetch(`${gateway.url}/x`)).status, 200);
  t.ok((await fetch(`${gateway.adminUrl}/healthz`)).ok, 'and so does its admin listener');
  t.equal(await gateway.stop('SIGTERM'), 0);
});
