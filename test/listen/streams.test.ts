import type { Socket } from 'node:net';
import t, { type Test } from 'tap';
import { startGateway } from '../support/gateway.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { connect } from '../support/raw.ts';
import { until } from '../support/until.ts';
import { startUpstream } from '../support/upstream.ts';
import { riseDuring } from './gauge.ts';

const MB = 1_048_576;
/** A gigabyte with POSTERN_TEST_LONG=1. */
const SIZE = (process.env.POSTERN_TEST_LONG === '1' ? 1_024 : 256) * MB;
const MOST_RISE = 64 * MB;
const PIECE = Buffer.alloc(MB / 4, 'x');

async function open(t: Test) {
  const upstream = await startUpstream({ discard: true });
  t.teardown(() => upstream.close());
  const gateway = await startGatewayProcess(`
guard: off
limits: { body: 8GB }
upstreams: { shop: '${upstream.url}' }
routes: [{ path: /**, permit: anyone, forward: shop }]
`);
  t.teardown(() => gateway.stop('SIGKILL'));
  const pid = gateway.process.pid ?? 0;
  const upload = async (size: number) => {
    const client = await connect(gateway.port);
    await client.send(`POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
    for (let sent = 0; sent < size; sent += PIECE.length) await client.send(PIECE);
    const { status } = await client.response({ within: 60_000 });
    client.destroy();
    return status;
  };
  const download = async (size: number) => {
    upstream.reply(() => (socket) => pour(socket, size));
    const client = await connect(gateway.port, { discard: true });
    await client.send('GET /down HTTP/1.1\r\nHost: a\r\n\r\n');
    const { bodyLength } = await client.response({ within: 60_000 });
    client.destroy();
    upstream.reply(undefined);
    return bodyLength;
  };
  return { upstream, gateway, pid, upload, download };
}

/** How much a socket has taken so far. */
const poured = new WeakMap<Socket, number>();

async function pour(socket: Socket, size: number): Promise<void> {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
  for (let sent = 0; sent < size && !socket.destroyed; sent += PIECE.length) {
    poured.set(socket, sent);
    if (!socket.write(PIECE)) await drained(socket);
  }
}

/** Resolves when there is room again, or nobody to need it. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

t.test('bodies of any size pass in both directions in little memory', async (t) => {
  const { upstream, pid, upload, download } = await open(t);
  // What the process allots once is not what a body costs.
  await upload(32 * MB);
  await download(32 * MB);
  upstream.clear();
  const up = await riseDuring(pid, async () => t.equal(await upload(SIZE), 200));
  t.equal(upstream.requests[0]?.bodyLength, SIZE);
  const down = await riseDuring(pid, async () => t.equal(await download(SIZE), SIZE));
  t.comment(`${SIZE / MB} MB: memory rose by ${up / MB} MB up, ${down / MB} MB down`);
  t.ok(up < MOST_RISE, 'up');
  t.ok(down < MOST_RISE, 'down');
});

t.test('a client that does not read holds the upstream back, and no memory', async (t) => {
  const { upstream, gateway, pid, download } = await open(t);
  await download(32 * MB);
  upstream.clear();
  let far: Socket | undefined;
  upstream.reply(({ target }) =>
    target === '/down'
      ? (socket) => {
          far = socket;
          return pour(socket, SIZE);
        }
      : undefined,
  );
  const client = await connect(gateway.port, { discard: true });
  const rise = await riseDuring(pid, async () => {
    await client.send('GET /down HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.read(1_000);
    client.socket.pause();
    // Once nothing moves any more, every buffer on the way is full.
    let last = -1;
    await until(
      () => {
        const now = far ? (poured.get(far) ?? 0) : 0;
        const still = now > 0 && now === last;
        last = now;
        return still;
      },
      { every: 200 },
    );
  });
  t.comment(
    `${(far ? (poured.get(far) ?? 0) : 0) / MB} MB were on their way; memory rose by ${rise / MB} MB`,
  );
  t.ok(rise < MOST_RISE);
  t.ok(far && (poured.get(far) ?? 0) < SIZE / 2, 'the upstream had to wait');
  t.equal((await fetch(`${gateway.url}/other`)).status, 200);
  client.destroy();
  await until(() => far?.destroyed);
});

t.test('a client that does not read for too long gives its place at the upstream back', async (t) => {
  const upstream = await startUpstream({ discard: true });
  t.teardown(() => upstream.close());
  const gateway = await startGateway(`
guard: off
limits: { read_idle: 1s }
upstreams: { shop: { url: '${upstream.url}', concurrency: 1 } }
routes: [{ path: /**, permit: anyone, forward: shop }]
`);
  t.teardown(() => gateway.close());
  upstream.reply(({ target }) => (target === '/down' ? (socket) => pour(socket, SIZE) : undefined));
  const client = await connect(gateway.port, { discard: true });
  await client.send('GET /down HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.read(1_000);
  client.socket.pause();
  await until(async () => (await fetch(gateway.url)).status === 200);
  t.equal((await gateway.lines(1)).find(({ path }) => path === '/down')?.status, 200);
  client.destroy();

  upstream.reply(() => (socket) => pour(socket, 64 * MB));
  const slow = await connect(gateway.port, { discard: true });
  let read = 0;
  slow.socket.on('data', (piece) => {
    read += piece.length;
    if (read < 8 * MB) return;
    read = 0;
    slow.socket.pause();
    setTimeout(() => slow.socket.resume(), 300);
  });
  await slow.send('GET /down HTTP/1.1\r\nHost: a\r\n\r\n');
  const { bodyLength } = await slow.response({ within: 60_000 });
  t.equal(bodyLength, 64 * MB, 'one that pauses for less than its time, again and again, gets everything');
  slow.destroy();
});
