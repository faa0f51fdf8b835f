import fc from 'fast-check';
import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import type { Decision } from '../../src/core/decision.ts';
import type { RequestHead } from '../../src/core/head.ts';
import { connect } from '../support/raw.ts';
import { startRedis } from '../support/redis.ts';
import { search } from '../support/runs.ts';
import { type Stage, setStage } from '../support/stage.ts';

const yaml = `authenticators:
  token: { type: redis-token }
  cookie: { type: redis-token, in: cookie, name: t }
  key: { type: redis-token, in: header, name: X-Api-Key, key: 'key:{token}' }
permissions:
  vip: { when: 'user.is_vip == 1', message: Only VIP members may do this. }
throttles:
  few: { rate: 40/m, by: user }
  each: { rate: 30/m, by: 'param:id', only: authenticated }
defaults: { authenticate: [token, key, cookie], permit: authenticated, identify: { X-User: '{user.id}' } }
routes:
  - { id: open, path: /open/**, permit: anyone, throttle: few, forward: shop }
  - { id: own, path: /users/:id, permit: { any: [staff, { owner: id }] }, forward: shop }
  - { id: item, path: /items/:id, methods: [GET, POST], throttle: [few, each], forward: { upstream: shop, strip_prefix: /items } }
  - { id: vip, path: /vip, permit: [authenticated, vip], cors: { origins: ['https://a.test'] }, forward: shop }
  - { id: host, host: b.test, path: /**, permit: { group: editors }, forward: shop }
  - { id: live, path: /live, permit: anyone, forward: { upstream: shop, websocket: true } }
  - { id: lax, path: /lax/**, allow: [semicolon, encoded_slash], permit: anyone, limits: { body: 10B }, forward: shop }
`;

const records = {
  'token:ada': { id: 7, is_vip: 1, groups: ['editors'] },
  'token:bob': { id: 8, is_vip: true },
  'token:eve': { id: 9, is_active: false },
  'token:sue': { id: 1, is_staff: true },
  'token:odd': 'not { json',
  'key:mia': { id: 3 },
};

const targets = [
  '/open/x?y=1',
  '/open/a;b',
  '/open/%2e%2e/x',
  '/users/7',
  '/users/8',
  '/users/%37',
  '/items/1',
  '/items/2',
  '/items/1/2',
  '/vip',
  '/live',
  '/lax/a;b',
  '/lax/a%2Fb',
  '/nowhere',
  '//x',
  '/books?x=/vip',
];

const lines: readonly (readonly [string, string])[] = [
  ['Authorization', 'Token ada'],
  ['Authorization', 'token bob'],
  ['Authorization', 'Token eve'],
  ['Authorization', 'Token sue'],
  ['Authorization', 'Token odd'],
  ['Authorization', 'Token unknown'],
  ['Authorization', 'Token'],
  ['Authorization', 'Bearer ada'],
  ['X-Api-Key', 'mia'],
  ['X-Api-Key', 'a b'],
  ['Cookie', 't=ada'],
  ['Cookie', 't=ada; t=bob'],
  ['X-User', '1'],
  ['x_user', '1'],
  ['Origin', 'https://a.test'],
  ['Origin', 'https://evil.test'],
  ['Access-Control-Request-Method', 'GET'],
  ['Content-Length', '0'],
  ['X-Forwarded-For', '192.0.2.9'],
  ['Upgrade', 'websocket'],
];

const heads = fc.record({
  method: fc.constantFrom('GET', 'GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE'),
  target: fc.constantFrom(...targets),
  host: fc.constantFrom('a.test', 'a.test:80', 'B.test', 'a b', ''),
  sent: fc.uniqueArray(fc.constantFrom(...lines), { maxLength: 4 }),
});

type Head = typeof heads extends fc.Arbitrary<infer T> ? T : never;

const upgrades = ({ sent }: Head): boolean => sent.some(([name]) => name === 'Upgrade');

function rawHeaders({ host, sent }: Head): string[] {
  const upgrade = sent.some(([name]) => name === 'Upgrade') ? ['Connection', 'Upgrade'] : [];
  return ['Host', host, ...sent.flat(), ...upgrade];
}

/** What the log says of it after a real request. */
async function bySocket({ gateway }: Stage, head: Head): Promise<object> {
  gateway.log.splice(0);
  const headers = rawHeaders(head);
  let text = `${head.method} ${head.target} HTTP/1.1\r\n`;
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  const client = await connect(gateway.port);
  await client.send(`${text}\r\n`);
  await client.response({ noBody: head.method === 'HEAD' });
  client.destroy();
  const [line] = await gateway.lines(1);
  const { decision, route, step, code, reason, user } = line ?? {};
  return { decision, route, step, code, reason, user };
}

/** The same of the decision alone: no socket has been near it. */
async function direct({ gateway }: Stage, head: Head): Promise<object> {
  const request: RequestHead = {
    method: head.method,
    target: head.target,
    version: '1.1',
    rawHeaders: rawHeaders(head),
    peer: '127.0.0.1',
    scheme: 'http',
    upgrade: upgrades(head),
  };
  const decision: Decision = await gateway.running.runtime.gateway().decide(request);
  const { exchange } = decision;
  const refusal = decision.kind === 'reply' ? decision.refusal : undefined;
  return {
    decision: decision.kind === 'forward' ? 'forward' : refusal ? 'refuse' : 'answer',
    route: exchange.route?.id,
    step: refusal?.verb,
    code: refusal?.code,
    reason: refusal?.reason,
    user: exchange.identity.user.id,
  };
}

async function agree(t: Test, sockets: Stage, alone: Stage): Promise<void> {
  const seen = new Map<unknown, number>();
  await search(t, 'the same decision, code and reason', {
    values: heads,
    tries: 2_000,
    async judge(values) {
      const problems: string[] = [];
      for (const head of values) {
        const [real, made] = [await bySocket(sockets, head), await direct(alone, head)];
        const { code = 'none' } = made as { code?: string };
        seen.set(code, (seen.get(code) ?? 0) + 1);
        if (JSON.stringify(real) !== JSON.stringify(made))
          problems.push(`socket ${JSON.stringify(real)}\ndirect ${JSON.stringify(made)}`);
      }
      return problems;
    },
  });
  t.ok(seen.size >= 12, `${[...seen.keys()].sort().join(' ')}`);
}

const options = { records, now: Date.UTC(2026, 0, 1) };
const noGuard = `guard: off\n${yaml}`;

t.test('a head is decided without a socket as it is with one (memory)', async (t) => {
  await agree(t, await setStage(t, noGuard, options), await setStage(t, noGuard, options));
});

t.test('a head is decided without a socket as it is with one (redis)', async (t) => {
  const servers = await Promise.all([startRedis(), startRedis()]);
  const [one, other] = servers.map(({ url }) => new Redis(url)) as [Redis, Redis];
  t.teardown(async () => {
    one.disconnect();
    other.disconnect();
    await Promise.all(servers.map((server) => server.stop()));
  });
  await agree(
    t,
    await setStage(t, noGuard, { ...options, redis: one }),
    await setStage(t, noGuard, { ...options, redis: other }),
  );
});
