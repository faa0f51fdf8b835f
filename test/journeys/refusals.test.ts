import t from 'tap';
import { REFUSALS, VERBS } from '../../src/core/refusals.ts';
import { connect } from '../support/raw.ts';
import { json, onBothStores } from '../support/stage.ts';

const yaml = `authenticators: { token: { type: redis-token } }
defaults: { authenticate: [token], permit: authenticated }
routes:
  - { path: /open, methods: [GET, POST], permit: anyone, forward: shop }
  - { path: /closed, forward: shop }
  - { path: /staff, permit: staff, forward: shop }
  - { path: '/own/:id', permit: { owner: id }, forward: shop }
  - { path: /slow, permit: anyone, throttle: { rate: 0/m }, forward: shop }
  - { path: /gone, permit: anyone, forward: gone }
upstreams: { shop: '\${SHOP}', gone: 'http://127.0.0.1:1' }`;
const records = { 'token:ada': { id: 7 }, 'token:broken': '{' };
const known = { Authorization: 'Token ada' };

/** Each with its request, status, text and the headers that go with it. */
const refusals: [string, Record<string, string>, number, string, Record<string, string[]>][] = [
  ['GET /a/../b', {}, 400, 'Malformed request.', {}],
  ['GET /open', { Host: 'a b' }, 400, 'Malformed request.', {}],
  ['GET /nowhere', {}, 404, 'Not found.', {}],
  ['PUT /open', {}, 405, 'Method "PUT" not allowed.', { allow: ['GET, HEAD, POST'] }],
  [
    'GET /closed',
    {},
    401,
    'Authentication credentials were not provided.',
    { 'www-authenticate': ['Token'] },
  ],
  ['GET /open', { Authorization: 'Token x' }, 401, 'Invalid token.', { 'www-authenticate': ['Token'] }],
  [
    'GET /open',
    { Authorization: 'Token broken' },
    503,
    'Service temporarily unavailable, try again later.',
    { 'retry-after': ['1'] },
  ],
  ['GET /staff', known, 403, 'You do not have permission to perform this action.', {}],
  ['GET /own/%37', known, 400, 'Malformed request.', {}],
  [
    'GET /slow',
    {},
    429,
    'Request was throttled. Expected available in 60 seconds.',
    { 'retry-after': ['60'] },
  ],
  ['GET /gone', {}, 502, 'Bad gateway.', {}],
];

onBothStores(
  'a refusal tells the client its status and one sentence, and the log the rest',
  async (t, stage) => {
    const { ask, gateway, upstream } = await stage(t, yaml, { records });
    for (const [line, headers, status, detail, expected] of refusals) {
      const response = await ask(line, headers);
      t.equal(response.status, status, line);
      t.same(response.header('content-type'), ['application/json']);
      t.same(json(response), { detail });
      t.same(response.header('content-length'), [String(response.body.length)]);
      for (const name of ['www-authenticate', 'retry-after', 'allow'])
        t.same(response.header(name), expected[name] ?? [], `${line}: ${name}`);
      const logged = (await gateway.lines(1)).at(-1) ?? {};
      t.same(response.header('x-request-id'), [logged.request_id]);
      t.notOk(response.body.toString().includes(String(logged.reason)), 'the reason is for the operator');
      const kind = REFUSALS[logged.code as keyof typeof REFUSALS];
      t.same([logged.status, logged.step], [status, kind.verb]);
      gateway.log.length = 0;
    }
    t.equal(upstream.requests.length, 0);
  },
);

onBothStores('a refused HEAD has the headers of the refused GET, and no body', async (t, stage) => {
  const { gateway } = await stage(t, yaml, { records });
  const client = await connect(gateway.port);
  t.teardown(() => client.destroy());
  await client.send('HEAD /closed HTTP/1.1\r\nHost: a\r\n\r\nGET /closed HTTP/1.1\r\nHost: a\r\n\r\n');
  const head = await client.response({ noBody: true });
  const get = await client.response();
  t.same([head.status, get.status], [401, 401]);
  for (const name of ['content-type', 'content-length', 'www-authenticate'])
    t.same(head.header(name), get.header(name), name);
});

onBothStores('a connection stays open after a refusal, unless a body was left unread', async (t, stage) => {
  const { gateway, upstream } = await stage(t, yaml, { records });
  const client = await connect(gateway.port);
  for (let i = 0; i < 3; i++) {
    await client.send('GET /closed HTTP/1.1\r\nHost: a\r\n\r\n');
    t.equal((await client.response()).status, 401);
  }
  await client.send(
    'POST /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nGET /open HTTP/1.1\r\n',
  );
  const last = await client.response();
  t.equal(last.status, 401);
  t.same(last.header('connection'), ['close']);
  client.end();
  await client.closed;
  t.equal(upstream.requests.length, 0, 'a body is never read as a request');
});

t.test('every kind of refusal has a status, a sentence and a step', async (t) => {
  for (const [code, { verb, status, detail, meaning }] of Object.entries(REFUSALS)) {
    t.ok(VERBS.includes(verb) && status >= 400 && status < 600, code);
    t.match(detail, /^[A-Z][ -~]*(?:\.|%s)$/);
    t.match(meaning, /\.$/);
  }
});
