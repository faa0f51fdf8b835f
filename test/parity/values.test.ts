import fc from 'fast-check';
import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import { decodeCacheValue } from '../../src/django/cache-value.ts';
import { Undecodable } from '../../src/django/undecodable.ts';
import { startRedis } from '../support/redis.ts';
import { search } from '../support/runs.ts';
import { setStage } from '../support/stage.ts';
import { DEBIAN_PYTHON, djangoAvailable, newestDjango } from './support/django.ts';
import { type PythonCase, pythonCases, read, SECRET, written } from './support/values.ts';

const YAML = `
guard: off
authenticators:
  token: { type: redis-token }
  jwt: { type: jwt, algorithms: [HS256], secret: '${SECRET}' }
routes:
  - { path: /me, authenticate: [token, jwt], identify: { X-User: '{user.id}', X-Groups: '{user.groups}' }, forward: shop }
`;
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

/** Stores what Python wrote, one after the other, and asks with it: what differs from what Python says. */
async function stage(t: Test) {
  const server = await startRedis();
  t.teardown(() => server.stop());
  const redis = new Redis(server.url);
  t.teardown(() => redis.disconnect());
  const { ask, upstream } = await setStage(t, YAML, { redis });
  return async ({ what, bytes, hash, token, status, seen }: PythonCase): Promise<string | undefined> => {
    await redis.del('token:x');
    if (bytes !== undefined) await redis.set('token:x', Buffer.from(bytes, 'base64'));
    if (hash) await redis.hset('token:x', hash);
    const answer = await ask('GET /me', { Authorization: token ? `Bearer ${token}` : 'Token x' });
    const received = upstream.requests.at(-1);
    const shown = (name: string) => received?.header(name)[0] ?? null;
    const got = answer.status === 200 ? [shown('x-user'), shown('x-groups')].slice(0, seen?.length) : null;
    const same = answer.status === status && JSON.stringify(got) === JSON.stringify(seen ?? null);
    return same
      ? undefined
      : `${what}: ${answer.status} ${JSON.stringify(got)}, not ${status} ${JSON.stringify(seen)}`;
  };
}

function differs({ what, bytes = '', value }: PythonCase): string | undefined {
  try {
    const got = read(decodeCacheValue(Buffer.from(bytes, 'base64'), { serializer: 'pickle' }));
    return got === written(value) ? undefined : `${what}\n  is ${got}\n not ${written(value)}`;
  } catch (error) {
    if (error instanceof Undecodable) return `${what}: ${error.message}`;
    throw error;
  }
}

const newest = newestDjango();
for (const { name, python, why } of [
  { name: "Debian's Django", python: DEBIAN_PYTHON, why: djangoAvailable() },
  { name: 'the newest Django', python: newest.python ?? '', why: newest.why },
]) {
  const skip = why ?? false;

  t.test(`${name}: a pickle of any protocol is read as what Python put into it`, { skip }, async (t) => {
    await search(t, 'pickles', {
      values: seeds,
      tries: 1_500,
      batch: 250,
      judge: (several) => pythonCases(python, 'pickles', several).flatMap((one) => differs(one) ?? []),
    });
  });

  for (const [kind, tries] of [
    ['records', 400],
    ['claims', 200],
  ] as const) {
    t.test(`${name}: ids and flags of ${kind} mean what Python meant`, { skip }, async (t) => {
      const problemOf = await stage(t);
      await search(t, kind, {
        values: seeds,
        tries,
        batch: 200,
        async judge(several) {
          const problems: string[] = [];
          for (const one of pythonCases(python, kind, several)) problems.push((await problemOf(one)) ?? '');
          return problems.filter(Boolean);
        },
      });
    });
  }
}
