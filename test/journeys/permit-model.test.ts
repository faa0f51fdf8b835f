import t from 'tap';
import type { User } from '../../src/core/identity.ts';
import { readUser } from '../../src/core/user.ts';
import { startGateway } from '../support/gateway.ts';
import { json, onBothStores } from '../support/stage.ts';

const chain = 'authenticators: { token: { type: redis-token } }\ndefaults: { authenticate: [token] }\n';
const routes = `routes:
  - { path: /books, permit: { model: shop.Book }, forward: shop }
  - { path: /read, permit: { model: shop.book, anonymous: read-only }, forward: shop }
  - { path: /add, permit: { permission: shop.add_book }, forward: shop }
  - { path: /not, permit: [authenticated, { not: { model: shop.book } }], forward: shop }
`;
const records = {
  'token:ada': { id: 1, permissions: ['shop.add_book'] },
  'token:ben': {
    id: 2,
    user_permissions: ['shop.change_book'],
    group_permissions: ['shop.delete_book', 'shop.add_book'],
  },
  'token:eve': { id: 3, is_superuser: true },
  'token:gus': { id: 4, is_superuser: true, is_active: false },
  'token:cat': { id: 5, permissions: ['shop.add_bookcase', 'blog.add_book', 'shop.view_book'] },
};
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Statuses of METHODS, in turn. */
const statuses: [path: string, who: string, expected: number[]][] = [
  ['/books', '', [401, 401, 401, 401, 401, 401, 401]],
  ['/books', 'ada', [200, 200, 200, 200, 403, 403, 403]],
  ['/books', 'ben', [200, 200, 200, 200, 200, 200, 200]],
  ['/books', 'cat', [200, 200, 200, 403, 403, 403, 403]],
  ['/books', 'eve', [200, 200, 200, 200, 200, 200, 200]],
  ['/books', 'gus', [401, 401, 401, 401, 401, 401, 401]],
  ['/read', '', [200, 200, 200, 401, 401, 401, 401]],
  ['/read', 'ada', [200, 200, 200, 200, 403, 403, 403]],
  ['/add', 'ada', [200, 200, 200, 200, 200, 200, 200]],
  ['/add', 'ben', [200, 200, 200, 200, 200, 200, 200]],
  ['/add', 'cat', [403, 403, 403, 403, 403, 403, 403]],
  ['/add', 'eve', [200, 200, 200, 200, 200, 200, 200]],
  ['/not', 'eve', [403, 403, 403, 403, 403, 403, 403]],
  ['/not', 'cat', [403, 403, 403, 200, 200, 200, 200]],
];

onBothStores('the method says which permission of a model is needed', async (t, stage) => {
  const { ask, upstream } = await stage(t, `${chain}${routes}`, { records });
  for (const [path, who, expected] of statuses) {
    const headers = who === '' ? {} : { Authorization: `Token ${who}` };
    const got: number[] = [];
    for (const method of METHODS) got.push((await ask(`${method} ${path}`, headers)).status);
    t.same(got, expected, `${path} ${who || 'nobody'}`);
  }
  const admitted = statuses.flatMap(([, , list]) => list).filter((status) => status === 200);
  t.equal(upstream.requests.length, admitted.length, 'nobody else reaches the upstream');
});

onBothStores('refusals read as those of REST framework', async (t, stage) => {
  const { ask } = await stage(t, `${chain}${routes}`, { records });
  t.same(json(await ask('POST /books')), { detail: 'Authentication credentials were not provided.' });
  t.same(json(await ask('DELETE /books', { Authorization: 'Token ada' })), {
    detail: 'You do not have permission to perform this action.',
  });
});

t.test("a user's permissions are the union of every list that the record has", async (t) => {
  const record = { id: 1, permissions: 'a.x', user_permissions: ['a.y', 'a.x'], group_permissions: ['b.z'] };
  t.same((readUser(record) as User).permissions, ['a.x', 'a.y', 'b.z']);
  t.same((readUser({ id: 1, group_permissions: 'a.x' }) as User).permissions, ['a.x']);
  t.same((readUser({ id: 1, user_permissions: null }) as User).permissions, []);
});

t.test('a model that is none, and a chain that knows nobody, are refused at load', async (t) => {
  const file = (permit: string, more = '') =>
    `store: memory\nupstreams: { shop: { type: echo } }\n${chain}routes: [{ path: /x, permit: ${permit}, forward: shop${more} }]`;
  await t.rejects(startGateway(file('{ model: book }')), /an app, a dot and a name/);
  await t.rejects(startGateway(file('{ model: shop.book, anonymous: all }')), /read-only/);
  await t.rejects(startGateway(file('{ model: shop.book }', ', authenticate: []')), /needs a user/);
});
