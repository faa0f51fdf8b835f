import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import { OwnClock, startGateway } from '../support/gateway.ts';
import { freePort, startRedis } from '../support/redis.ts';
import { startUpstream } from '../support/upstream.ts';
import { DIVERGENCES, type DivergenceId } from './divergences.ts';
import * as credentials from './exceptions-credentials.ts';
import { messages } from './exceptions-messages.ts';
import * as rules from './exceptions-rules.ts';
import { houseOf } from './player/house.ts';
import { readWorld, type View } from './player/recording.ts';
import { send } from './player/send.ts';
import { djangoFolder } from './support/django.ts';

const view = (chain: string, throttle: View['throttle'] = []): View => ({
  chain: [chain],
  permit: ['anyone'],
  throttle,
});
const VIEWS: Readonly<Record<string, View>> = {
  '/token/': view('token'),
  '/session/': view('session'),
  '/basic/': view('basic'),
  '/counted/': view('token', [{ kind: 'user', scope: 'user', rate: '3/m' }]),
};

const shown = new Set<DivergenceId>();

interface Stage {
  ask(http: string, ...headers: readonly (readonly [string, string])[]): ReturnType<typeof send>;
  /** What the app has written to Redis. */
  set(key: string, value: object): Promise<void>;
  callers: string[][];
}

/** A test of what no recording can show: Postern's side of a row of the table. */
function shows(
  id: DivergenceId,
  run: (t: Test, stage: Stage) => Promise<void>,
  redis: 'up' | 'down' = 'up',
): void {
  shown.add(id);
  t.test(`${id}: ${DIVERGENCES[id].postern}`, async (t) => {
    const server = redis === 'up' ? await startRedis() : undefined;
    t.teardown(() => server?.stop());
    const upstream = await startUpstream();
    t.teardown(() => upstream.close());
    const yaml = houseOf({ env: {}, views: VIEWS, world: readWorld(), upstream: upstream.url });
    const redisUrl = server?.url ?? `redis://127.0.0.1:${await freePort()}`;
    const gateway = await startGateway(yaml, { redisUrl, clock: new OwnClock() });
    t.teardown(() => gateway.close());
    await run(t, {
      ask: (http, ...headers) => send(gateway.port, { http, headers }),
      set: (key, value) => write(redisUrl, key, value),
      get callers() {
        return upstream.requests.map((request) => request.header('x-user'));
      },
    });
  });
}

async function write(redisUrl: string, key: string, value: object): Promise<void> {
  const redis = new Redis(redisUrl);
  await redis.set(key, JSON.stringify(value));
  redis.disconnect();
}

shows('throttles-are-atomic', async (t, { ask }) => {
  const replies = await Promise.all(Array.from({ length: 30 }, () => ask('GET /counted/')));
  const admitted = replies.filter(({ status }) => status === 200);
  t.equal(admitted.length, 3, '30 at once under 3/m');
});

shows('allow-with-405', async (t, { ask }) => {
  const [ok, refused, wrong] = await Promise.all([
    ask('GET /token/'),
    ask('GET /token/', ['Authorization', 'Token no']),
    ask('PURGE /token/'),
  ]);
  t.same([ok.status, refused.status, wrong.status], [200, 401, 405]);
  t.same(
    [ok, refused].flatMap((reply) => reply.header('allow')),
    [],
  );
  t.equal(wrong.header('allow').length, 1);
});

shows('short-session-cookies', async (t, { ask }) => {
  const [elsewhere, here] = await Promise.all(
    ['GET /token/', 'GET /session/'].map((http) => ask(http, ['Cookie', 'sessionid=short'])),
  );
  t.same(elsewhere?.header('set-cookie'), []);
  t.match(here?.header('set-cookie').join(), /^sessionid="";.*Max-Age=0/);
});

shows('underscores-in-headers', async (t, { ask }) => {
  const statuses = await Promise.all(
    ['X_CSRFToken', 'X_Remote_User', 'X_Forwarded_For'].map(
      async (name) => (await ask('GET /token/', [name, '1'])).status,
    ),
  );
  t.same(statuses, [400, 400, 400]);
});

shows('nobody-is-absent', async (t, stage) => {
  await stage.ask('GET /token/', ['X-User', '1']);
  t.same(stage.callers, [[]]);
});

shows('weak-hashes', async (t, { ask, set, callers }) => {
  const hashes = {
    md5: 'md5$salt$b305cadbb3bce54f3aa59c64fec00dea',
    sha1: 'sha1$salt$b2e3f4c5a6d7e8f90123456789abcdef01234567',
    crypt: 'crypt$$abNANd1rDfiNc',
    costly: 'pbkdf2_sha256$20000000$salt$AAAA',
  };
  for (const [username, password] of Object.entries(hashes)) {
    await set(`basic:${username}`, { id: 1, username, password });
    const login = Buffer.from(`${username}:password`).toString('base64');
    t.equal((await ask('GET /basic/', ['Authorization', `Basic ${login}`])).status, 401, username);
  }
  t.same(callers, []);
});

shows(
  'redis-down',
  async (t, { ask }) => {
    const asked: (readonly [string, readonly [string, string]])[] = [
      ['GET /token/', ['Authorization', `Token ${'a'.repeat(40)}`]],
      ['GET /session/', ['Cookie', `sessionid=${'k'.repeat(32)}`]],
      ['GET /counted/', ['X-Nothing', '']],
    ];
    for (const [http, header] of asked) {
      const reply = await ask(http, header);
      t.equal(reply.status, 503, http);
      t.same(reply.header('retry-after'), ['1']);
      t.same(reply.header('set-cookie'), []);
    }
  },
  'down',
);

t.test('every divergence is shown by a test', async (t) => {
  const lists = [...Object.values(credentials), ...Object.values(rules), messages].flat();
  for (const { id } of lists) shown.add(id);
  // Of these the player itself shows that Postern does not start.
  for (const id of ['bad-rates', 'nobody-at-load'] as const) shown.add(id);
  t.same([...shown].sort(), Object.keys(DIVERGENCES).sort());
});

t.test('docs/divergences.md is this table', async (t) => {
  const docs = readFileSync(join(dirname(djangoFolder), '../../docs/divergences.md'), 'utf8');
  const rows = docs.split('\n').filter((line) => line.startsWith('| `'));
  const wanted = Object.entries(DIVERGENCES).map(
    ([id, { drf, postern, why }]) => `| \`${id}\` | ${drf} | ${postern} | ${why} |`,
  );
  t.same(rows, wanted);
});
