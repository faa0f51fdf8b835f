import t from 'tap';
import { InactiveUser, readUser, UnreadableRecord } from '../../src/core/user.ts';

t.test('id and username become text', async (t) => {
  t.match(readUser({ id: 7, username: 42 }), { id: '7', username: '42' });
  t.match(readUser({ pk: 8 }), { id: '8' });
  t.match(readUser({ user_id: 'x' }), { id: 'x' });
  t.match(readUser({ id: 0 }), { id: '0' });
  t.match(readUser({ id: Number.MAX_SAFE_INTEGER }), { id: '9007199254740991' });
});

t.test('groups, permissions and scopes become lists of text, however they were written', async (t) => {
  const lists: [unknown, string[]][] = [
    [undefined, []],
    [null, []],
    ['', []],
    ['read write', ['read', 'write']],
    ['a,b, c', ['a', 'b', 'c']],
    [
      ['a b', 'c'],
      ['a b', 'c'],
    ],
    [
      [1, 2],
      ['1', '2'],
    ],
    [[{ id: 3, name: 'editors' }], ['editors']],
  ];
  for (const [given, expected] of lists) {
    for (const name of ['groups', 'permissions', 'scopes'])
      t.same(readUser({ id: 1, [name]: given })[name], expected, JSON.stringify(given));
  }
});

t.test('the flags of Django are read from JSON and from hashes', async (t) => {
  for (const yes of [true, 1, '1', 'true', 'True'])
    t.equal(readUser({ id: 1, is_staff: yes }).is_staff, true);
  for (const no of [false, 0, null, '0', 'false', 'False', ''])
    t.equal(readUser({ id: 1, is_superuser: no }).is_superuser, false);
  t.match(readUser({ id: 1 }), { is_staff: false, is_superuser: false });
});

t.test('who is inactive is refused', async (t) => {
  for (const no of [false, 0, '0', 'False']) t.throws(() => readUser({ id: 1, is_active: no }), InactiveUser);
  t.throws(() => readUser({ id: 1, active: false }), InactiveUser);
  t.match(readUser({ id: 1, is_active: true, active: true }), { id: '1' });
});

t.test('what cannot be read in one way is unreadable, and the message never quotes it', async (t) => {
  const unreadable: Record<string, unknown>[] = [
    {},
    { id: null },
    { id: '' },
    { id: true },
    { id: ['s3cret'] },
    { id: 2 ** 53 },
    { id: -(2 ** 53) },
    { id: 1, balance: [{ cents: 2 ** 60 }] },
    { id: Number.POSITIVE_INFINITY },
    { id: 1, is_staff: 's3cret' },
    { id: 1, is_active: 2 },
    { id: 1, groups: { s3cret: 1 } },
    { id: 1, groups: [true] },
    { id: 1, username: {} },
    JSON.parse('{"id": 1, "__proto__": {"is_staff": true}}') as Record<string, unknown>,
  ];
  for (const record of unreadable) {
    try {
      readUser(record);
      t.fail(JSON.stringify(record));
    } catch (error) {
      t.type(error, UnreadableRecord, JSON.stringify(record));
      t.notMatch((error as Error).message, /s3cret/);
    }
  }
});
