import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { onBothStores, redisClient, setStage } from '../support/stage.ts';

const token = (name: string) => ({ Authorization: `Token ${name}` });
const ROUTES = `authenticators: { token: { type: redis-token } }
defaults: { authenticate: [token], identify: { X-User: '{user.id} {user.username}' } }
routes:
  - { path: /me, forward: shop }
  - { path: /vip, permit: { when: 'user.is_vip == true' }, forward: shop }
  - { path: /never, permit: { when: 'user.is_vip == true && user.level > 2 && "x" in user.tags' }, forward: shop }
`;

/** A token with these claims, HS256. */
function signed(claims: object, secret: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode({ alg: 'HS256' })}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** An app that tells of users; `answers` may be changed while it runs. */
async function startApp(t: Test) {
  const answers = new Map<
    string,
    [status: number, body: string | Buffer, headers?: Record<string, string>]
  >();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const [status, body, headers] = answers.get(request.url ?? '') ?? [404, '{}'];
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  t.teardown(close);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/users/{id}`, answers, asked, close };
}

onBothStores(
  'a token that names no more than an id is completed from the user’s own key',
  async (t, stage) => {
    const { ask, upstream } = await stage(t, `users: { key: 'user:{id}' }\n${ROUTES}`, {
      records: {
        'token:a': '7',
        'token:b': '8',
        'token:c': '9',
        'token:d': '../7',
        'user:7': { username: 'ada', password: 'pbkdf2' },
        'user:8': { username: 'ben', is_active: false },
      },
    });
    t.equal((await ask('GET /me', token('a'))).status, 200);
    t.same(upstream.requests[0]?.header('x-user'), ['7 ada']);
    t.equal((await ask('GET /me', token('b'))).status, 401, 'inactive');
    t.equal((await ask('GET /me', token('c'))).status, 401, 'nobody');
    t.equal((await ask('GET /me', token('d'))).status, 401, 'an id that is no part of a key');
  },
);

t.test('the app tells of a user, and is asked once in a while', async (t) => {
  const app = await startApp(t);
  app.answers.set('/users/7', [200, '{"username": "ada"}']);
  const yaml = `users: { url: '${app.url}', cache: 10s }\n${ROUTES}`;
  const { ask, clock, gateway, upstream } = await setStage(t, yaml, {
    records: { 'token:a': '7', 'token:gone': '8', 'token:broken': '9' },
  });
  const together = await Promise.all(Array.from({ length: 10 }, () => ask('GET /me', token('a'))));
  t.same([...new Set(together.map(({ status }) => status))], [200]);
  t.same(app.asked, ['/users/7'], 'one question for ten requests');
  app.answers.set('/users/7', [200, '{"username": "countess"}']);
  await ask('GET /me', token('a'));
  t.same(upstream.requests.at(-1)?.header('x-user'), ['7 ada'], 'remembered');
  t.equal((await fetch(`${gateway.adminUrl}/users/7`, { method: 'DELETE' })).status, 204);
  await ask('GET /me', token('a'));
  t.same(upstream.requests.at(-1)?.header('x-user'), ['7 countess'], 'forgotten when the app says so');
  app.answers.set('/users/7', [404, '']);
  clock.advance(10_000);
  t.equal((await ask('GET /me', token('a'))).status, 401, 'and after its time');
  t.equal((await ask('GET /me', token('gone'))).status, 401);
});

t.test('an app that cannot tell is 503, and never a wrong credential', async (t) => {
  const app = await startApp(t);
  const yaml = `users: { url: '${app.url}', timeout: 200ms }\n${ROUTES}`;
  const { ask, upstream } = await setStage(t, yaml, { records: { 'token:a': '7' } });
  for (const answer of [
    [500, '{}'],
    [200, 'no json'],
    [200, '[]'],
    [302, ''],
  ] as [number, string][]) {
    app.answers.set('/users/7', answer);
    const { status, header } = await ask('GET /me', token('a'));
    t.equal(status, 503, answer.join(' '));
    t.same(header('retry-after'), ['1']);
  }
  t.same(upstream.requests, []);
});

t.test('why the app cannot tell is in the log, with no word of its answer', async (t) => {
  const app = await startApp(t);
  const bomb = gzipSync(Buffer.alloc(100 << 20, ' '), { level: 1 });
  const yaml = `users: { url: '${app.url}', timeout: 2s }\n${ROUTES}`;
  const { ask, gateway } = await setStage(t, yaml, { records: { 'token:a': '7' } });
  const answers: [answer: [number, string | Buffer, Record<string, string>?], reason: string][] = [
    [[500, 's3cret'], 'UsersUnavailable: status 500'],
    [[302, 's3cret'], 'UsersUnavailable: status 302, a redirect: not followed'],
    [[200, ' '.repeat(2 << 20)], 'UsersUnavailable: larger than 1024 KB'],
    [[200, bomb, { 'content-encoding': 'gzip' }], 'UsersUnavailable: larger than 1024 KB'],
    [[200, 's3cret'], 'UnreadableRecord: answer is not a JSON object'],
  ];
  for (const [index, [answer, reason]] of answers.entries()) {
    app.answers.set('/users/7', answer);
    t.equal((await ask('GET /me', token('a'))).status, 503, reason);
    t.match((await gateway.lines(index + 1)).at(-1), { reason: `token: ${reason}` });
  }
  await app.close();
  t.equal((await ask('GET /me', token('a'))).status, 503);
  t.match((await gateway.lines(answers.length + 1)).at(-1), {
    reason: 'token: UsersUnavailable: ECONNREFUSED',
  });
  t.notMatch(JSON.stringify(gateway.log), /s3cret/);
});

onBothStores('ids of real issuers name their user, in keys as they are', async (t, stage) => {
  const ids = ['auth0|5f7c', 'f:1c7a:ada', "o'brien@example.com", 'Zoë', 'Ada Lovelace', '$&'];
  const secret = 'a-secret-of-thirty-two-bytes-or-more!';
  const yaml = `users: { key: 'user:{id}' }
authenticators: { jwt: { type: jwt, algorithms: [HS256], secret: ${secret}, users: true } }
routes: [{ path: /me, authenticate: [jwt], permit: staff, forward: shop }]`;
  const records = Object.fromEntries(ids.map((id) => [`user:${id}`, { is_staff: true }]));
  const { ask, upstream, clock } = await stage(t, yaml, { records });
  for (const id of ids) {
    const bearer = signed({ sub: id, exp: clock.now() / 1_000 + 60 }, secret);
    t.equal((await ask('GET /me', { Authorization: `Bearer ${bearer}` })).status, 200, id);
    const [header = ''] = upstream.requests.at(-1)?.header('x-user') ?? [];
    t.equal(decodeURIComponent(header), id);
  }
});

t.test('an id that leaves the folder of users is nobody’s', async (t) => {
  const app = await startApp(t);
  const staff: [number, string] = [200, '{"is_staff": true}'];
  for (const path of ['/users/', '/users', '/', '/7', '/users/7', '/users/auth0%7C5f'])
    app.answers.set(path, staff);
  const secret = 'a-secret-of-thirty-two-bytes-or-more!';
  const yaml = `users: { url: '${app.url}' }
authenticators: { jwt: { type: jwt, algorithms: [HS256], secret: ${secret}, users: true } }
routes: [{ path: /me, authenticate: [jwt], permit: staff, forward: shop }]`;
  const { ask, clock } = await setStage(t, yaml);
  const status = async (id: string) => {
    const bearer = signed({ sub: id, exp: clock.now() / 1_000 + 60 }, secret);
    return (await ask('GET /me', { Authorization: `Bearer ${bearer}` })).status;
  };
  for (const id of ['.', '..', '%2e%2e', '../7', '..%2f7', 'x/../7', '..\\7', 'a\0'])
    t.equal(await status(id), 401, JSON.stringify(id));
  t.same(app.asked, []);
  t.equal(await status('auth0|5f'), 200);
  t.equal(await status('7'), 200);
});

onBothStores('declared fields mean the same however the record writes them', async (t, stage) => {
  const records = {
    'token:one': { id: 1, is_vip: 1, level: '3', tags: 'x, y' },
    'token:text': { id: 2, is_vip: 'True', level: 3, tags: ['x'] },
    'token:not': { id: 3, is_vip: '0', level: 9, tags: [] },
    'token:typo': { id: 4, is_vip: 'perhaps' },
  };
  const yaml = `users: { fields: { is_vip: bool, level: int, tags: { list: ',' } } }\n${ROUTES}`;
  const { ask } = await stage(t, yaml, { records });
  for (const [name, vip, never] of [
    ['one', 200, 200],
    ['text', 200, 200],
    ['not', 403, 403],
    ['typo', 503, 503],
  ] as const) {
    t.equal((await ask('GET /vip', token(name))).status, vip, `${name}: vip`);
    t.equal((await ask('GET /never', token(name))).status, never, `${name}: all of them`);
  }
});

t.test('a sliding token lives on with each use, and no other does', async (t) => {
  const redis = await redisClient(t);
  const { ask } = await setStage(
    t,
    `authenticators: { token: { type: redis-token, sliding: 1h }, fixed: { type: redis-token, scheme: Fixed } }
routes:
  - { path: /sliding, authenticate: [token], forward: shop }
  - { path: /fixed, authenticate: [fixed], forward: shop }
`,
    { redis, records: { 'token:a': '7', 'token:b': '8' } },
  );
  for (const key of ['token:a', 'token:b']) await redis.expire(key, 60);
  t.equal((await ask('GET /sliding', token('a'))).status, 200);
  t.equal((await ask('GET /fixed', { Authorization: 'Fixed b' })).status, 200);
  t.ok((await redis.ttl('token:a')) > 3_000);
  t.ok((await redis.ttl('token:b')) <= 60);
});
