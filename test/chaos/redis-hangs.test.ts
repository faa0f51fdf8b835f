import t from 'tap';
import { until } from '../support/until.ts';
import { countsOf, freeze, openHouse } from './house.ts';
import { slowestInGateway, statuses, tell, volley } from './volley.ts';

t.test(
  'a Redis that hangs under 500 concurrent requests is 503 for those who need it, and nothing else',
  async (t) => {
    const { gateway, redis, upstream, shot, wellAgain } = await openHouse(t);
    const shots = volley(gateway.port, 4_000, 500, shot);
    await shots.answered(1_000);
    await freeze(redis);
    const frozenAt = performance.now();
    const answers = await shots.done;
    const before = answers.filter(({ begunAt }) => begunAt < frozenAt);
    const after = answers.filter(({ begunAt }) => begunAt >= frozenAt);
    tell(t, 'begun before it hung', before);
    tell(t, 'begun while it hung', after);
    t.comment(`slowest 503 in the gateway: ${slowestInGateway(gateway.stdout(), 503)} ms`);

    t.same(statuses(after, 'good token'), [503]);
    t.same(statuses(after, 'bad token'), [503], 'neither admitted nor called wrong');
    t.same(statuses(after, 'jwt'), [200]);
    t.same(statuses(after, 'anonymous'), [200]);
    t.same(
      statuses(before, 'good token').filter((status) => status !== 200 && status !== 503),
      [],
    );
    t.same(
      statuses(before, 'bad token').filter((status) => status !== 401 && status !== 503),
      [],
    );
    t.equal(after.filter((each) => each.status === 503 && each.header('retry-after') !== '1').length, 0);
    const admitted = answers.filter(({ status }) => status === 200);
    t.same(
      admitted.filter((each) => each.header('x-was') !== each.user),
      [],
      'each is told as who it is',
    );
    t.equal(upstream.requests.length, admitted.length, 'nothing arrived that was not admitted');

    const resumedAt = performance.now();
    redis.resume();
    await until(wellAgain);
    t.comment(`well again after ${Math.round(performance.now() - resumedAt)} ms`);
    const later = await volley(gateway.port, 500, 100, (n) => shot(n + 10_000)).done;
    t.same(statuses(later, 'good token'), [200]);
    t.same(statuses(later, 'bad token'), [401]);

    const counts = await countsOf(redis.url);
    t.equal(Math.max(...counts.values()), 1, 'no request was counted twice');
    const throttled = [...admitted, ...later].filter(
      (each) => each.kind === 'good token' && each.status === 200,
    );
    t.same(
      throttled.filter(({ path }) => counts.get(path.slice('/orders/'.length)) !== 1),
      [],
    );
  },
);

t.test('a Redis that hangs for longer than its connection is kept is found again', async (t) => {
  const { gateway, redis, shot, wellAgain } = await openHouse(t);
  await freeze(redis);
  const down = await volley(gateway.port, 10, 10, (n) => shot(n * 10 + 4)).done;
  t.same(statuses(down, 'good token'), [503]);
  await until(
    () => gateway.stdout().includes('redis is unreachable') || gateway.stdout().includes('reconnect'),
    {
      within: 15_000,
    },
  );
  redis.resume();
  const resumedAt = performance.now();
  await until(wellAgain);
  t.comment(`well again after ${Math.round(performance.now() - resumedAt)} ms`);
});
