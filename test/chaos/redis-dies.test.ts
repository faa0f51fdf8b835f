import { Redis } from 'ioredis';
import t from 'tap';
import { startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { countsOf, fill, openHouse } from './house.ts';
import { slowestInGateway, statuses, tell, volley } from './volley.ts';

t.test(
  'a Redis that is killed under 500 concurrent requests is 503 for those who need it, and nothing else',
  async (t) => {
    const { gateway, redis, upstream, shot, wellAgain } = await openHouse(t);
    const shots = volley(gateway.port, 4_000, 500, shot);
    await shots.answered(1_000);
    await redis.kill();
    const killedAt = performance.now();
    const answers = await shots.done;
    const after = answers.filter(({ begunAt }) => begunAt >= killedAt);
    tell(t, 'begun after its death', after);
    t.comment(`slowest 503 in the gateway: ${slowestInGateway(gateway.stdout(), 503)} ms`);
    t.same(statuses(after, 'good token'), [503]);
    t.same(statuses(after, 'bad token'), [503], 'neither admitted nor called wrong');
    t.same(statuses(after, 'jwt'), [200]);
    t.same(statuses(after, 'anonymous'), [200]);
    const admitted = answers.filter(({ status }) => status === 200);
    t.same(
      admitted.filter((each) => each.header('x-was') !== each.user),
      [],
      'each is told as who it is',
    );
    t.equal(upstream.requests.length, admitted.length, 'nothing arrived that was not admitted');

    const successor = await startRedis({ port: redis.port });
    t.teardown(() => successor.kill());
    const backAt = performance.now();
    await until(async () => (await fetch(`${gateway.adminUrl}/readyz`)).ok);
    t.same(await countsOf(successor.url), new Map(), 'no command of before was sent again');
    await fill(successor.url);
    await until(wellAgain);
    t.comment(`well again after ${Math.round(performance.now() - backAt)} ms`);
    const later = await volley(gateway.port, 500, 100, (n) => shot(n + 10_000)).done;
    t.same(statuses(later, 'good token'), [200]);
    t.same(statuses(later, 'bad token'), [401]);
  },
);

t.test('commands that were on their way when the connection broke are not sent again', async (t) => {
  const { gateway, redis, shot, wellAgain } = await openHouse(t);
  const operator = new Redis(redis.url);
  t.teardown(() => operator.disconnect());
  const shots = volley(gateway.port, 3_000, 500, shot);
  for (const many of [300, 800, 1_300, 1_800]) {
    await shots.answered(many);
    await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(wellAgain);
  }
  const answers = await shots.done;
  tell(t, 'while connections were cut four times', answers);
  t.same(
    statuses(answers, 'bad token').filter((status) => status !== 401 && status !== 503),
    [],
  );
  const counts = await countsOf(redis.url);
  t.equal(Math.max(...counts.values()), 1, 'no request was counted twice');
  const admitted = answers.filter((each) => each.kind === 'good token' && each.status === 200);
  t.same(
    admitted.filter(({ path }) => counts.get(path.slice('/orders/'.length)) !== 1),
    [],
  );
  const again = [...counts.keys()].filter((n) => n.startsWith('again')).length;
  t.comment(`${admitted.length} admitted, ${counts.size - again} counted`);
});

t.test('replies that come too late are never taken for those of other requests', async (t) => {
  const { gateway, redis, upstream, shot, wellAgain } = await openHouse(t);
  const operator = new Redis(redis.url);
  t.teardown(() => operator.disconnect());
  // Without the right to be told of changes a gateway keeps no record: each request waits for a reply of its own.
  await operator.call('ACL', 'SETUSER', 'default', '-client|tracking');
  await operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  const shots = volley(gateway.port, 4_000, 500, shot);
  for (const many of [300, 900, 1_500, 2_100, 2_700]) {
    await shots.answered(many);
    // Longer than a command may take: the replies arrive when nobody waits for them any more.
    await operator.call('CLIENT', 'PAUSE', '260', 'ALL');
    await shots.answered(many + 200);
    await until(wellAgain);
  }
  const answers = await shots.done;
  tell(t, 'while replies were late five times', answers);
  const admitted = answers.filter(({ status }) => status === 200);
  t.ok(
    answers.some((each) => each.kind === 'good token' && each.status === 503),
    'some were too late',
  );
  t.same(
    admitted.filter((each) => each.header('x-was') !== each.user),
    [],
  );
  t.same(
    statuses(answers, 'bad token').filter((status) => status !== 401 && status !== 503),
    [],
  );
  const again = upstream.requests.filter(({ target }) => target.includes('again')).length;
  t.equal(upstream.requests.length - again, admitted.length);
});
