import { inspect } from 'node:util';
import t from 'tap';
import { Opaque } from '../../src/core/opaque.ts';
import {
  bareIdOf,
  declarationProblem,
  INACTIVE,
  idOf,
  readUser,
  UnreadableRecord,
} from '../../src/core/user.ts';

/** A user who may log in. */
function read(...given: Parameters<typeof readUser>) {
  const user = readUser(...given);
  if (user === INACTIVE) throw new Error('inactive');
  return user;
}

t.test('id and username become text', async (t) => {
  t.match(read({ id: 7, username: 42 }), { id: '7', username: '42' });
  t.match(read({ pk: 8 }), { id: '8' });
  t.match(read({ user_id: 'x' }), { id: 'x' });
  t.match(read({ id: 0 }), { id: '0' });
  t.match(read({ id: Number.MAX_SAFE_INTEGER }), { id: '9007199254740991' });
});

t.test('groups, permissions and scopes become lists of text, however they were written', async (t) => {
  const lists: [unknown, string[]][] = [
    [undefined, []],
    [null, []],
    ['', []],
    ['readers', ['readers']],
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
      t.same(read({ id: 1, [name]: given })[name], expected, JSON.stringify(given));
  }
});

t.test('only scopes are split at blanks, and other text where a separator is declared', async (t) => {
  t.same(read({ id: 1, scopes: ' read  write ' }).scopes, ['read', 'write']);
  t.same(read({ id: 1, scopes: 'a,b' }).scopes, ['a,b']);
  for (const name of ['groups', 'permissions']) {
    for (const text of ['Read Only Admin', 'sales admin,readers', ' padded '])
      t.same(read({ id: 1, [name]: text })[name], [text], text);
  }
  t.same(read({ id: 1, user_permissions: 'a b', group_permissions: 'c,d' }).permissions, ['a b', 'c,d']);
  const fields = {
    groups: { list: ',' },
    scopes: { list: ';' },
    permissions: 'list',
    tags: { list: '|' },
  } as const;
  const user = read(
    { id: 1, groups: 'Content editors, readers,', scopes: 'a b;c', permissions: 'x,y', tags: 'one|two' },
    fields,
  );
  t.match(user, { groups: ['Content editors', 'readers'], scopes: ['a b', 'c'], permissions: ['x,y'] });
  t.same(user.tags, ['one', 'two']);
  t.same(read({ id: 1, groups: ['a,b'] }, fields).groups, ['a,b'], 'the items of a list are left alone');
});

t.test('the types of the fields that Postern reads itself are settled', async (t) => {
  for (const [name, type] of [
    ['groups', 'bool'],
    ['scopes', 'string'],
    ['is_staff', 'int'],
    ['active', 'list'],
    ['id', 'int'],
  ] as const)
    t.type(declarationProblem(name, type), 'string', `${name}: ${type}`);
  for (const [name, type] of [
    ['groups', { list: ',' }],
    ['scopes', 'list'],
    ['is_active', 'bool'],
    ['id', 'string'],
    ['pk', 'int'],
    ['is_vip', 'bool'],
  ] as const)
    t.equal(declarationProblem(name, type), undefined, `${name}: ${JSON.stringify(type)}`);
});

t.test('a number that is not exact names nobody, and is a number elsewhere', async (t) => {
  for (const id of [2 ** 53, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 2n ** 53n]) {
    t.throws(() => readUser({ id }), UnreadableRecord, String(id));
    t.throws(() => bareIdOf({ pk: id }), UnreadableRecord, `${id}, before it is looked up`);
  }
  t.match(read({ id: 1, ratio: 1e300, limit: Number.POSITIVE_INFINITY }), { ratio: 1e300 });
  t.throws(() => readUser({ id: 1, account: '9007199254740993' }, { account: 'int' }), UnreadableRecord);
  t.equal(read({ id: '9007199254740993' }).id, '9007199254740993', 'text is exact');
});

t.test('an id has three names, and a record that has nothing else is bare', async (t) => {
  for (const name of ['id', 'pk', 'user_id']) {
    t.equal(idOf({ [name]: 7 }), '7', name);
    t.equal(bareIdOf({ [name]: 7 }), '7', name);
    t.equal(bareIdOf({ [name]: 7, username: 'ada' }), undefined, `${name} and more`);
  }
  t.equal(idOf({ user_id: 1, pk: 2 }), '2');
  t.equal(idOf({ id: null, pk: 2 }), '2');
  t.equal(bareIdOf({ id: 1, pk: 1 }), '1');
  t.equal(bareIdOf({}), undefined);
  t.throws(() => bareIdOf({ id: true }), UnreadableRecord);
});

t.test('the flags of Django are read from JSON and from hashes', async (t) => {
  for (const yes of [true, 1, '1', 'true', 'True']) t.equal(read({ id: 1, is_staff: yes }).is_staff, true);
  for (const no of [false, 0, null, '0', 'false', 'False', ''])
    t.equal(read({ id: 1, is_superuser: no }).is_superuser, false);
  t.match(read({ id: 1 }), { is_staff: false, is_superuser: false });
});

t.test('who is inactive is refused', async (t) => {
  for (const name of ['is_active', 'active']) {
    for (const no of [false, 0, null, '0', 'false', 'False', 'FALSE', ''])
      t.equal(readUser({ id: 1, [name]: no }), INACTIVE, `${name}: ${JSON.stringify(no)}`);
    for (const odd of ['no', 'inactive', 2, [], {}, new Opaque('shop.models.Status')])
      t.throws(() => readUser({ id: 1, [name]: odd }), UnreadableRecord, `${name}: ${JSON.stringify(odd)}`);
  }
  t.match(read({ id: 1, is_active: true, active: true }), { id: '1' });
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
    { id: 1, balance: [{ cents: 2n ** 60n }] },
    { id: new Opaque('decimal.Decimal') },
    { id: 1, groups: [new Opaque('shop.models.Role')] },
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
      t.fail(inspect(record));
    } catch (error) {
      t.type(error, UnreadableRecord, inspect(record));
      t.notMatch((error as Error).message, /s3cret/);
    }
  }
});
