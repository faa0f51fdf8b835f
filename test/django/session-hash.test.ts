import t from 'tap';
import { sessionHash, sessionHashMatches } from '../../src/django/session-hash.ts';
import { vectors } from './vectors.ts';

interface Vector {
  secretKey: string;
  password: string;
  sha256: string;
  sha1: string;
}

const hashes = vectors<Vector[]>('session-hashes.json');

t.test('is what Django computes', async (t) => {
  for (const { secretKey, password, sha256, sha1 } of hashes) {
    t.equal(sessionHash(password, secretKey), sha256);
    t.equal(sessionHash(password, secretKey, 'sha1'), sha1);
  }
});

t.test('matches under the key and its fallbacks, for this password only', async (t) => {
  for (const { secretKey, password, sha256 } of hashes) {
    t.ok(sessionHashMatches(sha256, { password, secretKeys: [secretKey] }));
    t.ok(sessionHashMatches(sha256, { password, secretKeys: ['newer', secretKey] }), 'a fallback');
    t.notOk(sessionHashMatches(sha256, { password, secretKeys: ['newer'] }), 'another key');
    t.notOk(sessionHashMatches(sha256, { password, secretKeys: [] }), 'no key');
    t.notOk(
      sessionHashMatches(sha256, { password: `${password}x`, secretKeys: [secretKey] }),
      'another password',
    );
    t.notOk(sessionHashMatches(sha256.toUpperCase(), { password, secretKeys: [secretKey] }), 'upper case');
    t.notOk(sessionHashMatches('', { password, secretKeys: [secretKey] }), 'nothing');
  }
});

t.test('takes the SHA-1 form of old sessions only where asked to', async (t) => {
  for (const { secretKey, password, sha1 } of hashes) {
    t.notOk(sessionHashMatches(sha1, { password, secretKeys: [secretKey] }));
    t.ok(sessionHashMatches(sha1, { password, secretKeys: [secretKey], sha1: true }));
  }
});
