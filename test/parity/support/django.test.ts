import t from 'tap';
import { startRedis } from '../../support/redis.ts';
import { changeUser, type LoginKind, login, logout, resetUsers, users } from './credentials.ts';
import { CLOCK_HEADER, djangoAvailable, newestDjango, startDjango } from './django.ts';

const newest = newestDjango();
const kinds: readonly LoginKind[] = ['token', 'session', 'jwt', 'jwt-single'];
const ages = [
  { age: "Debian's", python: '/usr/bin/python3', why: djangoAvailable() },
  { age: 'the newest', python: newest.python ?? '', why: newest.why },
];

for (const { age, python, why } of ages) {
  t.test(
    `the Django project (${age}) lets in whom it logged in`,
    { skip: why ?? false, timeout: 60_000 },
    async (t) => {
      const redis = await startRedis();
      t.teardown(() => redis.stop());
      const django = await startDjango({ redisUrl: redis.url, python });
      t.teardown(() => django.stop());

      for (const kind of kinds) {
        const chain = kind.replace('-', '_');
        const ask = async (headers: Readonly<Record<string, string>>) =>
          fetch(`${django.url}/v/${chain}/authenticated/none/`, { headers });
        const credentials = await login(django, kind, 'ada');
        const reply = await ask(credentials.headers);
        t.equal(reply.status, 200, `${kind} is let in`);
        t.same(await reply.json(), { user: 2, auth: chain });
        if (kind === 'jwt') continue;
        await logout(django, credentials);
        const after = await ask(credentials.headers);
        t.ok([401, 403].includes(after.status), `${kind} is refused after logout`);
        await after.body?.cancel();
      }

      await changeUser(django, 'ada', { is_active: false });
      t.equal((await users(django)).find((one) => one.username === 'ada')?.is_active, false);
      await resetUsers(django);
      t.equal((await users(django)).find((one) => one.username === 'ada')?.is_active, true);

      const statuses = [];
      for (const at of ['0', '59', '60']) {
        const reply = await fetch(`${django.url}/v/none/anyone/anon@1-m/`, {
          headers: { [CLOCK_HEADER]: at },
        });
        statuses.push(reply.status);
        await reply.body?.cancel();
      }
      t.same(statuses, [200, 429, 200], 'throttles follow the clock of the request');
    },
  );
}
