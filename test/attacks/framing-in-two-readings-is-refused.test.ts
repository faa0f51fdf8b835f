import t from 'tap';
import { connect } from '../support/raw.ts';
import { stand } from '../support/stand.ts';

// RFC 9112 §6, CVE-2025-23167, CVE-2024-27982

const POST = 'POST /public/x HTTP/1.1\r\nHost: a\r\n';
const NEXT = 'GET /public/smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const CHUNKS = '3\r\nabc\r\n0\r\n\r\n';

const lengths = [
  '3\r\nContent-Length: 3',
  '3\r\nContent-Length: 4',
  '3, 3',
  '3,4',
  '+3',
  '-3',
  '0x3',
  '3e0',
  '3 3',
  '3;',
  "'3'",
  '³',
  '',
  '18446744073709551619',
  '99999999999999999999',
  '3\x00',
  '\x0b3',
  '3\r\n 4',
];
const codings = [
  'gzip, chunked',
  'chunked, gzip',
  'chunked, chunked',
  'identity',
  'identity, chunked',
  'xchunked',
  'chunked;q=1',
  '"chunked"',
  'chunked\x00',
  '\x0bchunked',
  '\x85chunked',
  'chunked\xa0',
  '',
  ',',
  'chunked,',
  ', chunked',
  'chun\r\n ked',
  'chunked\r\nTransfer-Encoding: chunked',
  'chunked\r\nTransfer-Encoding: identity',
  'gzip',
];
const chunks = [
  '3\nabc\r\n0\r\n\r\n',
  '3\r\nabc\n0\r\n\r\n',
  '3\r\nabc\r\n0\n\r\n',
  '3\r\nabc\r\n0\r\n\n',
  '3\r\nabc0\r\n\r\n',
  '3\r\nabcd\r\n0\r\n\r\n',
  '3\rabc\r\n0\r\n\r\n',
  '0x3\r\nabc\r\n0\r\n\r\n',
  '+3\r\nabc\r\n0\r\n\r\n',
  '-3\r\nabc\r\n0\r\n\r\n',
  ' 3\r\nabc\r\n0\r\n\r\n',
  'g\r\nabc\r\n0\r\n\r\n',
  '\r\nabc\r\n0\r\n\r\n',
  '10000000000000003\r\nabc\r\n0\r\n\r\n',
  '3\x00\r\nabc\r\n0\r\n\r\n',
  '3;a\nb\r\nabc\r\n0\r\n\r\n',
  '3;a\rb\r\nabc\r\n0\r\n\r\n',
  '3\r\nabc\r\n0\r\nX : y\r\n\r\n',
  '3\r\nabc\r\n0\r\n X: y\r\n\r\n',
  '3\r\nabc\r\n0\r\nX\r\n\r\n',
  '3\r\nabc\r\n-0\r\n\r\n',
];

const CASES = [
  ...lengths.map((length) => `${POST}Content-Length: ${length}\r\n\r\nabc`),
  ...codings.map((coding) => `${POST}Transfer-Encoding: ${coding}\r\n\r\n${CHUNKS}`),
  ...chunks.map((body) => `${POST}Transfer-Encoding: chunked\r\n\r\n${body}`),
  `${POST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  `${POST}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n${CHUNKS}`,
  `${POST}Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n${CHUNKS}`,
  `${POST}Transfer_Encoding: chunked\r\n\r\n${CHUNKS}`,
  `${POST}Transfer_Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc`,
  `${POST}Content_Length: 3\r\n\r\nabc`,
  `${POST}Transfer-Encoding : chunked\r\n\r\n${CHUNKS}`,
  `${POST}Transfer-Encoding\t: chunked\r\n\r\n${CHUNKS}`,
  `${POST} Transfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  `${POST}X: y\r\n\tTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  `${POST}X: y\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  `${POST}X: y\rTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  `${POST}X: y\r\rTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  `${POST}X\r\n: y\r\n\r\n`,
  `${POST}: y\r\n\r\n`,
  `${POST}X\r\n\r\n`,
  `${POST}Content-Length: 3\r\n\rabc`,
  `${POST.replaceAll('\r\n', '\n')}Content-Length: 3\n\nabc`,
  'POST /public/x HTTP/1.1\nHost: a\r\nContent-Length: 3\r\n\r\nabc',
  'POST\t/public/x\tHTTP/1.1\r\nHost: a\r\n\r\n',
  ' POST /public/x HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /public/x HTTP/1.1 \r\nHost: a\r\n\r\n',
  ...['0.9', '1.2', '2.0', '1.10', '01.1', '1', '1.x', '3.0'].map(
    (version) => `GET /public/x HTTP/${version}\r\nHost: a\r\n\r\n`,
  ),
  'GET /public/x http/1.1\r\nHost: a\r\n\r\n',
  'GET /public/x ICE/1.1\r\nHost: a\r\n\r\n',
  'GET /public/x\r\nHost: a\r\n\r\n',
  'GET /public/x\r\n\r\n',
  `POST /public/x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  `POST /public/x HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n${CHUNKS}`,
];

t.test('it is 400, the connection is closed, and nothing reaches the upstream whole', async (t) => {
  const { port, upstream } = await stand(t);
  for (const bytes of CASES) {
    const client = await connect(port);
    void client.send(bytes + NEXT);
    const { status } = await client.response();
    t.equal(status, 400, JSON.stringify(bytes));
    await client.closed;
  }
  t.same(
    upstream.requests.filter(({ complete }) => complete),
    [],
  );
  t.same(
    upstream.requests.filter(({ target }) => target.includes('smuggled')),
    [],
  );
  t.same(upstream.malformed, []);
});

t.test('what is merely unusual is taken', async (t) => {
  const { port, upstream, broken } = await stand(t);
  const bodies = [
    `${POST}Content-Length: 003\r\n\r\nabc`,
    `${POST}Content-Length:3\r\n\r\nabc`,
    `${POST}Content-Length: \t 3 \r\n\r\nabc`,
    `${POST}transfer-ENCODING: CHUNKED\r\n\r\n003;x=y;z="1"\r\nabc\r\n000\r\nX: y\r\n\r\n`,
    `${POST}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n`,
    `\r\n${POST}Content-Length: 3\r\n\r\nabc`,
    `${POST.replaceAll(' ', '  ')}Content-Length: 3\r\n\r\nabc`,
  ];
  const client = await connect(port);
  for (const bytes of bodies) {
    await client.send(bytes);
    t.equal((await client.response()).status, 200, JSON.stringify(bytes));
  }
  client.destroy();
  t.same(
    upstream.requests.map(({ body }) => body.toString()),
    bodies.map(() => 'abc'),
  );
  t.same(await broken(), []);
});
