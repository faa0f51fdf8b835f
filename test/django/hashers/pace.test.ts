import t from 'tap';
import { Pace } from '../../../src/django/hashers/pace.ts';
import { usable } from './hashes.ts';

const pbkdf2 = (iterations: number) => usable(`pbkdf2_sha256$${iterations}$salt$aGk=`);
const argon2 = usable('argon2$argon2id$v=19$m=102400,t=2,p=8$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA');

t.test('an older hash lacks the iterations that the newer one has more', async (t) => {
  const pace = new Pace();
  t.equal(pace.padding(pbkdf2(260_000), pbkdf2(1_000_000)), 740_000);
  pace.note(pbkdf2(1_000_000), 500);
  t.equal(pace.padding(pbkdf2(260_000), pbkdf2(1_000_000)), 740_000, 'on a slow machine too');
  t.equal(pace.padding(pbkdf2(1_000_000), pbkdf2(1_000_000)), 0);
  t.equal(pace.padding(pbkdf2(2_000_000), pbkdf2(1_000_000)), 0, 'a costlier one lacks none');
});

t.test('between algorithms the measured times count', async (t) => {
  const pace = new Pace();
  const before = pace.padding(pbkdf2(100_000), argon2);
  pace.note(pbkdf2(1_000_000), 400);
  pace.note(argon2, argon2.cost.ms);
  t.equal(pace.of(pbkdf2(100_000)), 40);
  const after = pace.padding(pbkdf2(100_000), argon2);
  // argon2 takes 287 ms here, 100,000 iterations 40: the rest, at 2,500 iterations a millisecond.
  t.equal(after, Math.round((argon2.cost.ms - 40) * 2_500));
  t.ok(after < before, 'pbkdf2 at half the speed needs fewer iterations');
});

t.test('an interrupted run does not count, nor one that is too short to measure', async (t) => {
  const pace = new Pace();
  pace.note(pbkdf2(1_000_000), 100);
  pace.note(pbkdf2(1_000_000), 900);
  pace.note(pbkdf2(1_000), 90);
  t.equal(pace.of(pbkdf2(1_000_000)), 100);
});
