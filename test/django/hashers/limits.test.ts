import t from 'tap';
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
  const start = Date.now();
  for (const encoded of expensive) t.equal(await refusal(encoded), 'limit', encoded);
  t.ok(Date.now() - start < 1000, 'at once');
});
