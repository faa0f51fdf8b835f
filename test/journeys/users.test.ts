import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/** An app that tells of users; `answers` may be changed while it runs. */
async function startApp(t: Test) {
  const answers = new Map<string, [status: number, body: string]>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const [status, body] = answers.get(request.url ?? '') ?? [404, '{}'];
    response.writeHead(status).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/users/{id}`, answers, asked };
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
