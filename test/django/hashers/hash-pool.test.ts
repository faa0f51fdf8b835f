import { readFile } from 'node:fs/promises';
import t from 'tap';
import type { HashJob } from '../../../src/django/hashers/hash-job.ts';
import { HashersBusy, HashPool } from '../../../src/django/hashers/hash-pool.ts';
import { HashersFailed } from '../../../src/django/hashers/hash-thread.ts';
import { threadCount } from '../../../src/django/hashers/thread-count.ts';
import { usable } from './hashes.ts';

function job(iterations: number, padding = 0): HashJob {
  const { spec, bytesOf } = usable(`pbkdf2_sha256$${iterations}$salt$aGk=`);
  return { password: bytesOf('wrong'), spec, padding };
}

t.test('hashes hold up neither the event loop nor the threads that read files', async (t) => {
  const pool = new HashPool({ threads: 2, share: 16, most: 64 });
  let answered = 0;
  const hashes = Array.from({ length: 8 }, () => pool.run(job(500_000), 'ada').then(() => answered++));
  for (let n = 0; n < 4; n++) await readFile(new URL(import.meta.url));
  t.ok(answered < 4, `files are read after ${answered} hashes`);
  await Promise.all(hashes);
  t.equal(answered, 8);
});

t.test('clients take turns: one who floods waits for itself', async (t) => {
  const pool = new HashPool({ threads: 1, share: 16, most: 64 });
  const order: string[] = [];
  const ask = (client: string) => pool.run(job(20_000), client).then(() => order.push(client));
  const flood = Array.from({ length: 16 }, () => ask('flood'));
  await Promise.all([ask('ada'), ask('ben'), ...flood]);
  t.ok(order.indexOf('ada') <= 2 && order.indexOf('ben') <= 3, order.join());
});

t.test('too many are told so, and whether it is their own doing', async (t) => {
  const pool = new HashPool({ threads: 1, share: 2, most: 3 });
  const asked = ['a', 'a', 'a', 'a', 'b', 'c'].map((client) => pool.run(job(50_000), client));
  const outcomes = await Promise.allSettled(asked);
  const why = outcomes.map((outcome) => {
    if (outcome.status === 'fulfilled') return 'checked';
    const busy: unknown = outcome.reason;
    return busy instanceof HashersBusy && busy.retryAfterSeconds >= 1 && (busy.ownShare ? 'share' : 'full');
  });
  // One of a's runs, two wait; c displaces the second of them.
  t.same(why, ['checked', 'checked', 'share', 'share', 'checked', 'checked']);
  const full = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((each) => pool.run(job(50_000), each)));
  t.same(
    full.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  );
  const [last] = full.slice(-1);
  t.ok(last?.status === 'rejected' && last.reason instanceof HashersBusy && !last.reason.ownShare);
  t.type((await pool.run(job(1), 'e')).matches, 'boolean', 'afterwards there is room again');
});

t.test('a library that fails, or a thread that ends, takes no other check with it', async (t) => {
  const pool = new HashPool({ threads: 1, share: 16, most: 64 });
  const broken: HashJob = { ...job(1), spec: { algorithm: 'bcrypt', hash: '$2b$04$short' } };
  t.equal((await pool.run(broken, 'ada')).matches, undefined);
  const crash = pool.run(job(1, Number.MAX_SAFE_INTEGER), 'ada');
  const next = pool.run(job(1), 'ada');
  await t.rejects(crash, HashersFailed);
  t.equal((await next).matches, false, 'another thread has taken its place');
});

t.test('one CPU is left for requests', async (t) => {
  t.same(
    [0.5, 1, 1.5, 2, 3.5, 4, 5, 64].map((cpus) => threadCount(cpus)),
    [1, 1, 1, 1, 2, 3, 4, 4],
  );
});
