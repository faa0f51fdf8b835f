import { pbkdf2Sync } from 'node:crypto';
import t from 'tap';
import { PasswordCheck } from '../../src/authenticate/password-check.ts';
import { HashersBusy, UnusableHash, verify } from '../../src/django/hashers/index.ts';
import { OwnClock } from '../support/gateway.ts';

/** As Django keeps a password, with so little work that a test may do it often. */
function hashed(password: string, salt = 'salt'): string {
  return `pbkdf2_sha256$1000$${salt}$${pbkdf2Sync(password, salt, 1000, 32, 'sha256').toString('base64')}`;
}

const secret = hashed('secret');

t.test('a right password is believed for half a minute, at once', async (t) => {
  const clock = new OwnClock();
  const passwords = new PasswordCheck(clock);
  t.equal(await passwords.check('ada', 'secret', secret), true);
  t.equal(passwords.check('ada', 'secret', secret), true, 'without a promise');
  clock.advance(29_999);
  t.equal(passwords.check('ada', 'secret', secret), true, 'to the last millisecond');
  clock.advance(1);
  t.type(passwords.check('ada', 'secret', secret), Promise, 'and is checked again');
});

t.test('a clock that is set back makes nobody believed for longer', async (t) => {
  const clock = new OwnClock();
  const passwords = new PasswordCheck(clock);
  await passwords.check('ada', 'secret', secret);
  clock.advance(-1);
  t.type(passwords.check('ada', 'secret', secret), Promise);
});

t.test('what is believed is no answer to another question', async (t) => {
  const passwords = new PasswordCheck(new OwnClock());
  await passwords.check('ada', 'secret', secret);
  t.equal(await passwords.check('ada', 'secre', secret), false, 'another password');
  t.equal(await passwords.check('ada', 'secret', hashed('changed')), false, 'the password was changed');
  t.equal(await passwords.check('ada', 'secret', undefined), false, 'the user is gone');
  t.equal(await passwords.check('ada', 'secret', '!'), false, 'the password was made unusable');
  t.type(passwords.check('ben', 'secret', secret), Promise, 'another user');
  t.equal(await passwords.check('["ada', 'secret"]', secret), false, 'parts do not run together');
});

t.test('a wrong password is not remembered', async (t) => {
  const passwords = new PasswordCheck(new OwnClock());
  t.equal(await passwords.check('ada', 'wrong', secret), false);
  t.type(passwords.check('ada', 'wrong', secret), Promise);
});

t.test('nobody costs as much as the user before', async (t) => {
  const passwords = new PasswordCheck(new OwnClock());
  await passwords.check('ada', 'secret', hashed('secret'));
  const nobody = passwords.check('nobody', 'secret', undefined);
  const million = verify('secret', undefined);
  const first = await Promise.race([
    Promise.resolve(nobody).then(() => 'nobody'),
    million.then(() => 'a million rounds'),
  ]);
  t.equal(first, 'nobody', "a thousand rounds, not Django's million");
  t.same(await Promise.all([nobody, million]), [false, false]);
});

t.test('the same question at the same time is asked once', async (t) => {
  const passwords = new PasswordCheck(new OwnClock());
  const asked = Array.from({ length: 100 }, () => passwords.check('ada', 'secret', secret));
  t.equal(new Set(asked).size, 1);
  t.same(new Set(await Promise.all(asked)), new Set([true]));
});

t.test('too many questions at the same time are busy, and later ones are not', async (t) => {
  const passwords = new PasswordCheck(new OwnClock());
  const asked = Array.from({ length: 40 }, (_, n) => passwords.check('ada', String(n), secret));
  t.throws(() => passwords.check('ada', 'secret', secret), HashersBusy);
  t.same(new Set(await Promise.all(asked)), new Set([false]));
  t.equal(await passwords.check('ada', 'secret', secret), true);
});

t.test('a hash that cannot be used says so, each time', async (t) => {
  const passwords = new PasswordCheck(new OwnClock());
  const unusable = async () => passwords.check('ada', 'secret', 'md5$salt$00');
  await t.rejects(unusable, UnusableHash);
  await t.rejects(unusable, UnusableHash);
});
