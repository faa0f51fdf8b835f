import t from 'tap';
import { ADA, head, stand } from '../support/stand.ts';
import { until } from '../support/until.ts';

const HOSTILE = [
  '\x1b[31mred',
  '\x9b31m',
  '\u202egpj',
  '\u2028',
  '\x7f',
  '\0',
  '\r\nforged',
  '\u200b',
  '\ufeff',
  '\x85',
];
/** What a terminal would obey, or a reader of lines would split at. */
const HARMFUL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

t.test('names and ids of users reach log and upstream harmless', async (t) => {
  const records = HOSTILE.map(
    (text, index) =>
      `  token:t${index}: ${JSON.stringify({ id: `i${text}`, username: text, groups: [text] })}`,
  );
  const { get, upstream, gateway } = await stand(t, {
    records,
    routes: [
      '{ id: told, path: /told/**, authenticate: [token], identify: { X-User: "{user.id}", X-Name: "{user.username}", X-Groups: "{user.groups}", X-All: [id, username] }, forward: back }',
    ],
  });
  for (const index of HOSTILE.keys())
    t.equal((await get('/told/x', [['Authorization', `Token t${index}`]])).status, 200);
  const lines = await gateway.lines(HOSTILE.length);
  for (const [index, text] of HOSTILE.entries()) {
    t.notMatch(JSON.stringify(lines[index]?.user), HARMFUL);
    const request = upstream.requests[index];
    t.match(request?.rawHead.toString('latin1'), /^[\r\n\x20-\x7e]*$/);
    t.equal(decodeURIComponent(request?.header('x-name').join() ?? ''), text);
    t.equal(decodeURIComponent(request?.header('x-groups').join() ?? ''), text);
    t.same(JSON.parse(request?.header('x-all').join() ?? ''), { id: `i${text}`, username: text });
    t.equal(request?.headers.filter(([name]) => name.toLowerCase() === 'x-user').length, 1);
  }
});

t.test('paths, hosts and headers of a client do not forge a line, and secrets are in none', async (t) => {
  const { get, send, gateway } = await stand(t);
  const secrets = ['Token s3cret-token', 'Basic s3cret', 'Bearer s3cret.s3cret.s3cret'];
  for (const secret of secrets) {
    await get('/public/x?token=s3cret&password=s3cret', [
      ['Authorization', secret],
      ['Cookie', 'sid=s3cret'],
      ['X-Api-Key', 's3cret'],
    ]);
    await get('/public//x?token=s3cret', [['Authorization', secret]]);
  }
  await get('/public/x?token=ada', [ADA]);
  for (const text of HOSTILE) {
    await get(`/public/${encodeURIComponent(text)}`);
    await send(`GET /public/${text.replaceAll(/[\r\n]/g, '')} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await send(`GET /public/x HTTP/1.1\r\nHost: a${text.replaceAll(/[\r\n]/g, '')}\r\n\r\n`);
    await send(`GET /public/x HTTP/1.1\r\nHost: a\r\nUser-Agent: ${text.replaceAll(/[\r\n]/g, '')}\r\n\r\n`);
  }
  await get(`/public/${'x'.repeat(10_000)}`, [['X-Request-Id', 'forged\u2028']]);
  await until(() => gateway.log.length >= 2 * secrets.length + HOSTILE.length * 4);
  const log = gateway.log.map((line) => JSON.stringify(line));
  for (const line of log) t.notMatch(line, HARMFUL);
  t.notMatch(log.join(), /s3cret|token=ada|"request_id":"forged/);
  t.ok(Math.max(...log.map((line) => line.length)) < 1_500);
});

t.test('an upstream does not speak through errors', async (t) => {
  const { get, upstream, gateway } = await stand(t);
  const replies = [
    'HTTP/1.1 200 OK\r\nBad Header s3cret\r\n\r\n',
    's3cret <html>\r\n\r\n',
    'HTTP/1.1 9999 s3cret\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: s3cret\r\n\r\n',
  ];
  for (const reply of replies) {
    upstream.reply(() => (socket) => void socket.end(reply));
    const response = await get('/public/x');
    t.same([response.status, response.body.toString()], [502, '{"detail":"Bad gateway."}']);
    t.notMatch(JSON.stringify(response.headers), /s3cret|undici|127\.0\.0\.1|:\d{4,5}$/);
  }
  await gateway.lines(replies.length);
  t.notMatch(JSON.stringify(gateway.log), /s3cret/);
  t.equal(
    (await (await stand(t)).send(head('GET', '/public/..'))).body.toString(),
    '{"detail":"Malformed request."}',
  );
});
