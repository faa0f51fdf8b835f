import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { FetchFailed, fetchDocument } from '../../src/authenticate/fetch-document.ts';
import { freePort } from '../support/redis.ts';

const LIMITS = { accept: 'application/json', largest: 64 << 10, timeoutMs: 10_000 };

async function listening(t: Test, server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function serve(t: Test, answer: (response: ServerResponse) => void): Promise<URL> {
  const server = createServer((_, response) => answer(response));
  t.teardown(() => server.closeAllConnections());
  return new URL(`http://127.0.0.1:${await listening(t, server)}/users/7?key=secret`);
}

/** Why a fetch failed, as the operator reads it. */
async function failure(url: URL, limits: Partial<typeof LIMITS> = {}): Promise<string> {
  try {
    return `answered ${await fetchDocument(url, { ...LIMITS, ...limits })}`;
  } catch (error) {
    if (error instanceof FetchFailed) return error.message;
    throw error;
  }
}

t.test('a document is read, compressed or not; a 404 is none', async (t) => {
  const codings: [string | undefined, (text: string) => Buffer][] = [
    [undefined, Buffer.from],
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ];
  for (const [coding, encode] of codings) {
    const url = await serve(t, (response) => {
      if (coding) response.setHeader('content-encoding', coding);
      response.end(encode('{"id":7}'));
    });
    t.equal(String(await fetchDocument(url, LIMITS)), '{"id":7}', coding ?? 'plain');
  }
  const nothing = await serve(t, (response) => response.writeHead(404).end('gone'));
  t.equal(await fetchDocument(nothing, LIMITS), undefined);
});

t.test('each failure says why, and no more', async (t) => {
  const cut = (response: ServerResponse) => {
    response.setHeader('content-length', 100);
    response.write('{', () => response.destroy());
  };
  const failures: [string, RegExp, (response: ServerResponse) => void][] = [
    ['an error', /^status 500$/, (response) => response.writeHead(500).end('secret')],
    ['no content', /^status 204$/, (response) => response.writeHead(204).end()],
    [
      'a redirect',
      /^status 302, a redirect: not followed$/,
      (response) => response.writeHead(302, { location: '/' }).end(),
    ],
    [
      'broken gzip',
      /^Z_DATA_ERROR$/,
      (response) => response.setHeader('content-encoding', 'gzip').end('secret'),
    ],
    [
      'another coding',
      /not supported/,
      (response) => response.setHeader('content-encoding', 'zstd').end('x'),
    ],
    ['cut off', /^UND_ERR_SOCKET$/, cut],
  ];
  for (const [what, reason, answer] of failures) t.match(await failure(await serve(t, answer)), reason, what);

  t.equal(await failure(new URL(`http://127.0.0.1:${await freePort()}/`)), 'ECONNREFUSED');
  t.equal(await failure(new URL('http://no.such.name.invalid/')), 'ENOTFOUND');
  const junk = createTcpServer((socket) => socket.on('error', () => {}).end('secret\r\n\r\n'));
  const port = await listening(t, junk);
  t.equal(await failure(new URL(`http://127.0.0.1:${port}/`)), 'not HTTP/1.1');
  t.match(await failure(new URL(`https://127.0.0.1:${port}/`)), /^ERR_SSL_/);
});

t.test('a large document is left where its limit ends, also when it is small on the wire', async (t) => {
  let written = 0;
  const endless = await serve(t, (response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384, ' '))) written += 16_384;
    };
    response.on('drain', more);
    more();
  });
  t.equal(await failure(endless), 'larger than 64 KB');
  t.ok(written < 64 << 20, `${written} bytes were sent`);

  const bomb = gzipSync(Buffer.alloc(200 << 20), { level: 1 });
  const url = await serve(t, (response) => response.setHeader('content-encoding', 'gzip').end(bomb));
  const before = process.memoryUsage().rss;
  t.equal(await failure(url), 'larger than 64 KB');
  t.ok(process.memoryUsage().rss - before < 50 << 20);
});

t.test('the time-out covers all of it', async (t) => {
  const nothing = await serve(t, () => {});
  t.equal(await failure(nothing, { timeoutMs: 100 }), 'no answer within 100 ms');
  const trickle = await serve(t, (response) => {
    const timer = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(timer));
  });
  t.equal(await failure(trickle, { timeoutMs: 200 }), 'no answer within 200 ms', 'a body that never ends');
});
