import t from 'tap';
import { HashersBusy, verify } from '../../../src/django/hashers/index.ts';
import { HASHES } from './hashes.ts';

const { encoded } =
  HASHES.find((hash) => hash.encoded.startsWith('argon2$') && hash.password === 'secret') ?? {};

t.test('the event loop goes on while passwords are checked', async (t) => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const matches = await Promise.all(
    Array.from({ length: 20 }, (_, i) => verify(i % 2 ? 'secret' : 'wrong', encoded)),
  );
  clearInterval(timer);
  t.same(
    matches,
    Array.from({ length: 20 }, (_, i) => i % 2 === 1),
    'each has its own answer',
  );
  t.ok(ticks > 5, `${ticks} ticks`);
});

t.test('too many at once are told so, not that their password is wrong', async (t) => {
  const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => verify('secret', encoded)));
  const busy = outcomes.filter((outcome) => outcome.status === 'rejected');
  t.equal(busy.length, 20);
  t.ok(busy.every((outcome) => outcome.reason instanceof HashersBusy));
  t.ok(await verify('secret', encoded), 'afterwards there is room again');
});
