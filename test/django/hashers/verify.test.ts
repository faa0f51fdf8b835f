import t from 'tap';
import { readHash, verify } from '../../../src/django/hashers/index.ts';
import { CHEAP, HASHES, matches, refusal } from './hashes.ts';

t.test("agrees with Django's check_password", async (t) => {
  for (const { password, encoded, wrongMatches } of HASHES) {
    const name = `${encoded.split('$', 1)} of ${password.slice(0, 10)}`;
    // The argon2 library takes no empty password: nobody logs in without one.
    const expected = !(password === '' && encoded.startsWith('argon2'));
    t.equal(await matches(password, encoded), expected, name);
    t.equal(await matches(`${password}x`, encoded), wrongMatches, `${name}, wrong password`);
  }
});

t.test('a changed hash does not match', async (t) => {
  for (const { password, encoded } of HASHES.filter(({ password }) => password === 'secret')) {
    const at = encoded.length - 8;
    const changed = encoded.slice(0, at) + (encoded[at] === 'A' ? 'B' : 'A') + encoded.slice(at + 1);
    t.notOk(await matches(password, changed), changed);
  }
});

t.test('scrypt is read with its salt first, too', async (t) => {
  const { encoded = '' } =
    HASHES.find((hash) => hash.encoded.startsWith('scrypt') && hash.password === 'secret') ?? {};
  const [name, N, salt, ...rest] = encoded.split('$');
  t.ok(await matches('secret', [name, salt, N, ...rest].join('$')));
});

t.test('nobody and an unusable password never match', async (t) => {
  for (const encoded of ['', '!', '!aaaaaaaaaaaaaaaaaaaa']) t.equal(readHash(encoded), undefined);
  t.notOk(await verify('secret', undefined, { client: 'test', like: CHEAP }));
});

t.test('a zero byte in a bcrypt password does not end it', async (t) => {
  const { encoded = '' } =
    HASHES.find((hash) => hash.encoded.startsWith('bcrypt$') && hash.password === '') ?? {};
  t.ok(await matches('', encoded));
  t.notOk(await matches('\0', encoded));
});

t.test('weak, unknown and broken hashes are told from wrong passwords', async (t) => {
  const unusable: [string, string][] = [
    ['md5$salt$5fea7564339db5d693829b8d14e31aea', 'weak'],
    ['md5$$5ebe2294ecd0e0f08eab7690d2a6ee69', 'weak'],
    ['5ebe2294ecd0e0f08eab7690d2a6ee69', 'weak'],
    ['sha1$$e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4', 'weak'],
    ['crypt$$abNANd1rDfiNc', 'weak'],
    ['plain', 'unknown'],
    ['nosuch$1$a$b', 'unknown'],
    ['__proto__$1$a$b', 'unknown'],
    ['pbkdf2_sha256$1000$salt', 'malformed'],
    ['pbkdf2_sha256$x$salt$aGk=', 'malformed'],
    ['pbkdf2_sha256$1000$$aGk=', 'malformed'],
    ['pbkdf2_sha256$1000$salt$aGk=$x', 'malformed'],
    ['argon2$bad', 'malformed'],
    ['argon2$argon2d$v=19$m=512,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'malformed'],
    ['argon2$argon2id$v=19$m=8,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA', 'malformed'],
    ['bcrypt$$2b$12$bad', 'malformed'],
    ['bcrypt$$2x$04$abcdefghijklmnopqrstuuT1Iwu6o8Wx7BoOyIMHfgVJq6JO/IJhW', 'malformed'],
    ['scrypt$1000$salt$8$1$aGk=', 'malformed'],
    ['scrypt$1024$salt$8$1', 'malformed'],
    [`pbkdf2_sha256$1000$${'s'.repeat(2_000)}$aGk=`, 'malformed'],
  ];
  for (const [encoded, reason] of unusable) t.equal(refusal(encoded), reason, encoded);
});
