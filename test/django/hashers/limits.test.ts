import fc from 'fast-check';
import t from 'tap';
import { MAX_BYTES, MAX_MS } from '../../../src/django/hashers/cost.ts';
import { readHash, UnusableHash } from '../../../src/django/hashers/index.ts';
import { refusal } from './hashes.ts';

t.test('a stored hash cannot cost minutes or gigabytes', async (t) => {
  const expensive = [
    'pbkdf2_sha256$10000001$salt$aGk=',
    'pbkdf2_sha1$9999999999$salt$aGk=',
    'scrypt$1048576$salt$8$1$aGk=',
    'scrypt$1024$salt$8$1025$aGk=',
    'scrypt$2$salt$4000000$9000000$aGk=',
    'argon2$argon2id$v=19$m=262145,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA',
    'argon2$argon2id$v=19$m=8,t=999999999,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA',
    'bcrypt$$2b$16$abcdefghijklmnopqrstuuT1Iwu6o8Wx7BoOyIMHfgVJq6JO/IJhW',
    'bcrypt_sha256$$2b$31$abcdefghijklmnopqrstuuT1Iwu6o8Wx7BoOyIMHfgVJq6JO/IJhW',
  ];
  for (const encoded of expensive) t.equal(refusal(encoded), 'limit', encoded);
});

t.test("Django's own settings of ten years are within the bounds", async (t) => {
  const own = [
    'pbkdf2_sha256$30000$salt$aGk=',
    'pbkdf2_sha256$1500000$salt$aGk=',
    'pbkdf2_sha1$1000000$salt$aGk=',
    'scrypt$16384$salt$8$5$aGk=',
    'argon2$argon2i$v=19$m=512,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA',
    'argon2$argon2id$v=19$m=102400,t=2,p=8$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA',
    'bcrypt_sha256$$2b$12$abcdefghijklmnopqrstuuT1Iwu6o8Wx7BoOyIMHfgVJq6JO/IJhW',
  ];
  for (const encoded of own) t.equal(refusal(encoded), undefined, encoded);
});

/** Any number that the form of a hash has room for, small ones often. */
const anyNumber = fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 9_999_999_999 }));
const anyPower = fc.integer({ min: 1, max: 33 }).map((exponent) => 2 ** exponent);

// Every combination is read without any work: what passes is bounded by all its parameters together.
t.test('no combination of parameters escapes the bounds of time and memory together', async () => {
  const hashes = fc.oneof(
    anyNumber.map((iterations) => ({
      encoded: `pbkdf2_sha256$${iterations}$salt$aGk=`,
      blocks: iterations,
      bytes: 0,
    })),
    fc.tuple(anyPower, anyNumber, anyNumber).map(([N, r, p]) => ({
      encoded: `scrypt$${N}$salt$${r}$${p}$aGk=`,
      blocks: N * r * p,
      bytes: 128 * r * (N + p),
    })),
    fc.tuple(anyNumber, anyNumber, fc.integer({ min: 1, max: 99_999 })).map(([m, passes, p]) => ({
      encoded: `argon2$argon2id$v=19$m=${m},t=${passes},p=${p}$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA`,
      blocks: m * passes,
      bytes: m * 1024,
    })),
    fc.integer({ min: 4, max: 99 }).map((cost) => ({
      encoded: `bcrypt$$2b$${String(cost).padStart(2, '0')}$${'a'.repeat(53)}`,
      blocks: 2 ** cost,
      bytes: 0,
    })),
  );
  fc.assert(
    fc.property(hashes, ({ encoded, blocks, bytes }) => {
      const hash = readHash(encoded);
      if (hash === undefined) return false;
      if (hash instanceof UnusableHash) return hash.reason === 'limit' || hash.reason === 'malformed';
      return hash.cost.ms <= MAX_MS && bytes <= MAX_BYTES && blocks <= 10_000_000;
    }),
    { numRuns: 5_000 },
  );
});
