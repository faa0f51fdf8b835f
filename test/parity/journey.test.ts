import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { startRedis } from '../support/redis.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';
import { houseOf } from './player/house.ts';
import { readWorld, type View } from './player/recording.ts';
import { historyIn, publish } from './player/shelf.ts';
import { changeUser, login, logout, resetUsers, users } from './support/credentials.ts';
import { type Django, djangoAvailable, startDjango } from './support/django.ts';

const missing = djangoAvailable();

const view = (word: string): View => ({ chain: [word], permit: ['authenticated'], throttle: [] });
const VIEWS: Readonly<Record<string, View>> = {
  '/v/token/authenticated/none/': view('token'),
  '/v/session/authenticated/none/': view('session'),
  '/v/jwt_single/authenticated/none/': view('jwt_single'),
  '/v/stock_token/anyone/user@3-m/': {
    chain: ['stock_token'],
    permit: ['anyone'],
    throttle: [{ kind: 'user', scope: 'user', rate: '3/m' }],
  },
};
const UNKNOWN = {
  token: { status: 401, detail: 'invalid token.' },
  session: { status: 403, detail: 'Authentication credentials were not provided.' },
  'jwt-single': { status: 401, detail: 'Incorrect authentication credentials.' },
} as const;

interface Stage {
  django: Django;
  gateway: Gateway;
  upstream: Upstream;
  redis: Redis;
}

/** Django and Postern on one Redis, as during a migration. */
async function stage(t: Test, env: Readonly<Record<string, string>>): Promise<Stage> {
  const server = await startRedis();
  t.teardown(() => server.stop());
  const redis = new Redis(server.url);
  t.teardown(() => redis.disconnect());
  const django = await startDjango({ redisUrl: server.url, env });
  t.teardown(() => django.stop());
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const house = houseOf({ env, views: VIEWS, world: readWorld(), upstream: upstream.url });
  const gateway = await startGateway(house, { redisUrl: server.url });
  t.teardown(() => gateway.close());
  await publish(redis, await users(django));
  return { django, gateway, upstream, redis };
}

/** Status and text of a refusal, or the user whom the application was told of. */
async function ask(
  { gateway, upstream }: Stage,
  path: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<unknown> {
  upstream.clear();
  const reply = await fetch(gateway.url + path, { method, headers });
  if (!reply.ok) return { status: reply.status, ...((await reply.json()) as object) };
  await reply.body?.cancel();
  return upstream.requests[0]?.header('x-user').join();
}

for (const serializer of ['pickle', 'json'])
  for (const compressor of ['none', 'zlib']) {
    const settings = { PARITY_SERIALIZER: serializer, PARITY_COMPRESSOR: compressor };
    const options = { skip: missing ?? false, timeout: 60_000 };
    t.test(`in and out at Django, through Postern (${serializer}, ${compressor})`, options, async (t) => {
      const set = await stage(t, settings);
      for (const kind of ['token', 'session', 'jwt-single'] as const) {
        const path = `/v/${kind.replace('-', '_')}/authenticated/none/`;
        const credentials = await login(set.django, kind, 'ada');
        t.equal(
          await ask(set, path, credentials.headers),
          '2',
          `${kind}: whom Django let in, Postern lets in`,
        );
        t.equal(await ask(set, path, credentials.headers, 'POST'), '2', `${kind}: for unsafe methods, too`);
        await logout(set.django, credentials);
        t.same(await ask(set, path, credentials.headers), UNKNOWN[kind], `${kind}: logged out is out`);
      }

      const first = await login(set.django, 'jwt-single', 'ben');
      const second = await login(set.django, 'jwt-single', 'ben');
      const single = '/v/jwt_single/authenticated/none/';
      t.same(
        await ask(set, single, first.headers),
        UNKNOWN['jwt-single'],
        'a login displaces the one before',
      );
      t.equal(await ask(set, single, second.headers), '3');

      const session = await login(set.django, 'session', 'ben');
      const { Cookie = '' } = session.headers;
      t.same(
        await ask(set, '/v/session/authenticated/none/', { Cookie }, 'POST'),
        { status: 403, detail: 'CSRF Failed: CSRF token missing or incorrect.' },
        'a cookie alone changes nothing',
      );
      await changeUser(set.django, 'ben', { password: 'another' });
      await publish(set.redis, await users(set.django));
      t.same(
        await ask(set, '/v/session/authenticated/none/', { Cookie }),
        UNKNOWN.session,
        'another password ends the sessions',
      );
      await resetUsers(set.django);
    });
  }

t.test(
  'app and gateway count one throttle together',
  { skip: missing ?? false, timeout: 60_000 },
  async (t) => {
    const { django, gateway, redis } = await stage(t, {});
    const path = '/v/stock_token/anyone/user@3-m/';
    const headers = { Authorization: `Token ${'2'.repeat(40)}` };
    const replies = [];
    for (const { url } of [django, gateway, django, gateway, django, gateway]) {
      const reply = await fetch(url + path, { headers });
      await reply.body?.cancel();
      replies.push(reply);
    }
    t.same(
      replies.map(({ status }) => status),
      [200, 200, 200, 429, 429, 429],
    );
    const waits = replies.slice(3).map((reply) => Number(reply.headers.get('retry-after')));
    for (const wait of waits) t.ok(wait > 30 && wait <= 60, `wait ${wait} s`);
    const key = ':1:throttle_user_2';
    t.equal(historyIn(Buffer.from((await redis.getBuffer(key)) ?? ''))?.length, 3, 'one history of three');
    const left = await redis.ttl(key);
    t.ok(left > 30 && left <= 60, `which lives ${left} s`);
  },
);
