import { Redis } from 'ioredis';
import t from 'tap';
import { startRedis } from '../support/redis.ts';
import { stand } from '../support/stand.ts';
import { until } from '../support/until.ts';

// CVE-2023-28858: after a time-out, a late reply was taken for that of the next command on the connection.

t.test(
  'a store that stalls under load answers late or never, but nobody gets the answer of another',
  async (t) => {
    const server = await startRedis();
    t.teardown(() => server.stop());
    const redis = new Redis(server.url);
    for (let id = 1; id <= 50; id++)
      await redis.set(`token:user${id}`, JSON.stringify({ id, is_staff: id === 1 }));
    redis.disconnect();
    const { get, upstream, gateway, broken } = await stand(t, { gateway: { redisUrl: server.url } });
    await until(async () => (await fetch(`${gateway.adminUrl}/readyz`)).ok);
    const statuses = new Map<number, number>();
    const ask = async (id: number) => {
      const { status } = await get(`/mine/${id}`, [['Authorization', `Token user${id}`]]);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    const wave = () => Promise.all(Array.from({ length: 100 }, (_, index) => ask((index % 50) + 1)));
    for (let round = 0; round < 4; round++) {
      await wave();
      const during = wave();
      server.pause();
      await Promise.all([wave(), during]);
      server.resume();
      await wave();
      await until(async () => (await get('/mine/1', [['Authorization', 'Token user1']])).status === 200);
    }
    t.same(
      [...statuses.keys()].filter((status) => status !== 200 && status !== 503),
      [],
    );
    t.ok((statuses.get(200) ?? 0) > 0);
    const wrong = upstream.requests.filter(
      (request) => request.target !== `/mine/${request.header('x-user').join()}`,
    );
    t.same(
      wrong.map(({ rawHead }) => rawHead.toString()),
      [],
    );
    t.same(await broken(), []);
  },
);
