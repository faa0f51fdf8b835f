import { pbkdf2Sync } from 'node:crypto';
import t from 'tap';
import { costliestOf, PasswordCheck } from '../../src/authenticate/password-check.ts';
import { HashersBusy, UnusableHash } from '../../src/django/hashers/index.ts';
import { OwnClock } from '../support/gateway.ts';

/** As Django keeps a password, with so little work that a test may do it often. */
function hashed(password: string, salt = 'salt', iterations = 1000): string {
  const hash = pbkdf2Sync(password, salt, iterations, 32, 'sha256').toString('base64');
  return `pbkdf2_sha256$${iterations}$${salt}$${hash}`;
}

const secret = hashed('secret');

function passwordCheck(known: readonly string[] = [secret], clock = new OwnClock()) {
  const passwords = new PasswordCheck(clock, costliestOf(known));
  return {
    clock,
    check: (username: string, password: string, encoded: string | undefined, client = '192.0.2.1') =>
      passwords.check({ username, password, encoded, client }),
  };
}

t.test('a right password is believed for half a minute, at once', async (t) => {
  const { check, clock } = passwordCheck();
  t.equal(await check('ada', 'secret', secret), true);
  t.equal(check('ada', 'secret', secret), true, 'without a promise');
  clock.advance(29_999);
  t.equal(check('ada', 'secret', secret), true, 'to the last millisecond');
  clock.advance(1);
  t.type(check('ada', 'secret', secret), Promise, 'and is checked again');
});

t.test('a clock that is set back makes nobody believed for longer', async (t) => {
  const { check, clock } = passwordCheck();
  await check('ada', 'secret', secret);
  clock.advance(-1);
  t.type(check('ada', 'secret', secret), Promise);
});

t.test('what is believed is no answer to another question', async (t) => {
  const { check } = passwordCheck();
  await check('ada', 'secret', secret);
  t.equal(await check('ada', 'secre', secret), false, 'another password');
  t.equal(await check('ada', 'secret', hashed('changed')), false, 'the password was changed');
  t.equal(await check('ada', 'secret', undefined), false, 'the user is gone');
  t.equal(await check('ada', 'secret', '!'), false, 'the password was made unusable');
  t.type(check('ben', 'secret', secret), Promise, 'another user');
  t.equal(await check('["ada', 'secret"]', secret), false, 'parts do not run together');
});

t.test('a wrong password is not remembered', async (t) => {
  const { check } = passwordCheck();
  t.equal(await check('ada', 'wrong', secret), false);
  t.type(check('ada', 'wrong', secret), Promise);
});

t.test('the same question at the same time is asked once', async (t) => {
  const { check } = passwordCheck();
  const asked = Array.from({ length: 100 }, () => check('ada', 'secret', secret));
  t.equal(new Set(asked).size, 1);
  t.same(new Set(await Promise.all(asked)), new Set([true]));
});

t.test('too many questions of one address are busy, and of others are not', async (t) => {
  const { check } = passwordCheck();
  const asked = Array.from({ length: 40 }, (_, n) => check('ada', String(n), secret));
  const other = check('ada', 'secret', secret, '192.0.2.2');
  const outcomes = await Promise.allSettled(asked);
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  t.ok(refused.length >= 20 && refused.every((error) => error instanceof HashersBusy && error.ownShare));
  t.equal(await other, true);
  t.equal(await check('ada', 'secret', secret), true);
});

t.test('a hash that cannot be used says so, each time', async (t) => {
  const { check } = passwordCheck();
  for (let time = 0; time < 2; time++)
    t.match(
      await check('ada', 'secret', 'md5$salt$00'),
      new UnusableHash('weak', 'password hash is too weak to be used'),
    );
});

/** What `ask` costs, in milliseconds of CPU: the least of three, because other work may come between. */
async function cpuMs(ask: (n: number) => unknown): Promise<number> {
  const costs: number[] = [];
  for (let n = 0; n < 3; n++) {
    const before = process.cpuUsage();
    await ask(n);
    const { user, system } = process.cpuUsage(before);
    costs.push((user + system) / 1_000);
  }
  return Math.min(...costs);
}

const COSTLY = hashed('secret', 'salt', 400_000);
const COSTLIER = hashed('secret', 'salt', 2_000_000);

const wrong: [string, string | undefined][] = [
  ['an older hash', hashed('secret', 'salt', 100_000)],
  ['nobody', undefined],
  ['no password', '!'],
  ['a weak hash', 'md5$salt$00'],
  ['a malformed hash', 'pbkdf2_sha256$1000$salt'],
  ['a hash beyond the bounds', 'scrypt$2$c2FsdA$1$4194304$AAAA'],
];

t.test('whatever is wrong costs as much as the costliest hash of a file', async (t) => {
  const { check } = passwordCheck([secret, COSTLY]);
  const most = await cpuMs((n) => check('ada', `wrong${n}`, COSTLY));
  for (const [name, encoded] of wrong) {
    const cost = await cpuMs((n) => check('ben', `wrong${n}`, encoded));
    t.ok(cost > most * 0.65 && cost < most * 1.5, `${name}: ${Math.round(cost)} of ${Math.round(most)} ms`);
  }
});

t.test('where hashes are seen one by one, a costlier one counts from then on', async (t) => {
  const passwords = new PasswordCheck(new OwnClock());
  const check = (username: string, password: string, encoded?: string) =>
    passwords.check({ username, password, encoded, client: '192.0.2.1' });
  const before = await cpuMs((n) => check('nobody', String(n)));
  const most = await cpuMs((n) => check('ada', `wrong${n}`, COSTLIER));
  const after = await cpuMs((n) => check('nobody', String(n)));
  const costs = `${[before, most, after].map(Math.round).join(', ')} ms`;
  t.ok(before > most * 0.35 && before < most * 0.7, costs);
  t.ok(after > most * 0.75 && after < most * 1.4, costs);
});

t.test('users of a file with cheap hashes cost no more than those', async (t) => {
  const { check } = passwordCheck([secret]);
  const cost = await cpuMs((n) => check('nobody', String(n), undefined));
  const usual = await cpuMs((n) =>
    new PasswordCheck(new OwnClock()).check({
      username: 'nobody',
      password: String(n),
      encoded: undefined,
      client: '192.0.2.1',
    }),
  );
  t.ok(cost < usual / 4, `${Math.round(cost)} of ${Math.round(usual)} ms`);
});
