import t from 'tap';
import { isUserId, userKey } from '../../src/authenticate/user-id.ts';

const ISSUERS = [
  '7',
  'auth0|5f7c8ec7c33c6c004bbafe82',
  'f:1c7a4b5e-8d1c-4f0e-9c1b-0a1b2c3d4e5f:ada',
  "o'brien@example.com",
  'Zoë',
  'Ada Lovelace',
  'spiffe://example.org/ns/a',
  '日本',
  '$&',
];

t.test('ids of real issuers are in keys as they are', async (t) => {
  for (const id of ISSUERS) t.equal(userKey('user:{id}', id), `user:${id}`);
  t.equal(userKey('user:{id}:of:{id}', '$&'), 'user:$&:of:$&');
});

t.test('what is not text of a sane length names no user', async (t) => {
  for (const id of ['', 'a\0b', 'a\nb', 'a\x7f', 'a\x85', '\ud800', `a\udc00`, 'x'.repeat(257)])
    t.notOk(isUserId(id), JSON.stringify(id.slice(0, 8)));
  t.ok(isUserId('x'.repeat(256)));
});

t.test('a key without a beginning of its own takes plain ids only', async (t) => {
  t.equal(userKey('{id}', '7'), '7');
  t.equal(userKey('{id}:user', 'ada@example.com'), 'ada@example.com:user');
  for (const id of ['token:abc', 'a b', 'auth0|5f', 'Zoë']) t.equal(userKey('{id}', id), undefined, id);
});
