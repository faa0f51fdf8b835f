import { mint, sharedSecret } from '../support/jwt.ts';
import { onBothStores } from '../support/stage.ts';

const SECRET = 'a secret of thirty-two bytes or more';
const OURS = sharedSecret(SECRET);
const SESSION = 'a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6';

/** In seconds: tokens and the gateway go by the same clock, which stands still. */
const now = Math.floor(Date.now() / 1000);
const bearer = async (claims: object) => ({
  Authorization: `Bearer ${await mint(OURS, { ...claims }, { now })}`,
});
const cookie = { Cookie: `sessionid=${SESSION}` };
const token = (name: string) => ({ Authorization: `Token ${name}` });

/** One route per question, so that a test can see which rights a caller has. */
function yaml(users: string, authenticators: string, more = ''): string {
  return `users: ${users}
authenticators: { ${authenticators} }
defaults:
  authenticate: [token, session, jwt]
  identify: { X-User: '{user.id}', X-Info: [username, groups, is_staff, scopes, tenant, email] }
routes:
  - { path: /me, forward: shop ${more} }
  - { path: /read, permit: { scope: read }, forward: shop ${more} }
  - { path: /staff, permit: staff, forward: shop ${more} }
  - { path: /editors, permit: { group: editors }, forward: shop ${more} }
`;
}

const jwt = (options: string) => `jwt: { type: jwt, algorithms: [HS256], secret: "${SECRET}", ${options} }`;
const TOKEN = 'token: { type: redis-token }';
const DJANGO = 'session: { type: django-session, csrf: off }';

const RECORDS = {
  'user:1': { username: 'root', is_staff: true, groups: ['editors'] },
  'user:7': { username: 'ada' },
  'crm:1': { username: 'customer', groups: ['buyers'] },
  [`:1:django.contrib.sessions.cache${SESSION}`]: { _auth_user_id: '1' },
  'token:bare': '1',
  'token:seed': { id: 1, username: 'seed', first_name: 'Ro', email: 'r@example.com' },
  'token:rights': { id: 7, username: 'ada', is_staff: true, groups: ['editors'], scopes: ['read'] },
  'token:off': { id: 1, username: 'root', is_active: false },
  'token:gone': { id: 99, username: 'gone' },
};

onBothStores('by default a JWT is what its claims say, and a session is looked up', async (t, stage) => {
  const file = yaml(`{ key: 'user:{id}' }`, `${TOKEN}, ${DJANGO}, ${jwt('claims: { tenant: org }')}`);
  const { ask, upstream } = await stage(t, file, { records: RECORDS, now: now * 1000 });

  t.equal((await ask('GET /read', await bearer({ sub: '7', scope: 'read write', org: 'acme' }))).status, 200);
  const info = JSON.parse(upstream.requests.at(-1)?.header('x-info')[0] ?? '{}') as Record<string, unknown>;
  t.equal(info.tenant, 'acme', 'a mapped claim');
  t.equal(
    (await ask('GET /me', await bearer({ sub: 'machine-a' }))).status,
    200,
    'a machine without a record',
  );
  t.equal((await ask('GET /staff', await bearer({ sub: '1' }))).status, 403, 'user 1 of another issuer');
  t.equal((await ask('GET /staff', cookie)).status, 200, 'user 1 of the app');
  t.equal((await ask('GET /staff', token('bare'))).status, 200);
});

onBothStores(
  'where a JWT is looked up, the record answers for rights and the token for scopes',
  async (t, stage) => {
    const options = 'users: true, claims: { tenant: org, email: email }';
    const records = {
      ...RECORDS,
      'user:8': { username: 'ben', scopes: ['read'], email: 'ben@app.example' },
      'user:9': { username: 'eve', is_active: false },
    };
    const file = yaml(`{ key: 'user:{id}' }`, `${TOKEN}, ${DJANGO}, ${jwt(options)}`);
    const { ask, upstream } = await stage(t, file, { records, now: now * 1000 });
    const infoOf = async (claims: object) => {
      t.equal((await ask('GET /me', await bearer(claims))).status, 200);
      return JSON.parse(upstream.requests.at(-1)?.header('x-info')[0] ?? '{}') as Record<string, unknown>;
    };

    t.match(
      await infoOf({ sub: '1', groups: ['admins'], preferred_username: 'x', scope: 'read', org: 'acme' }),
      {
        username: 'root',
        groups: ['editors'],
        is_staff: true,
        scopes: ['read'],
        tenant: 'acme',
      },
    );
    t.match(await infoOf({ sub: '7', groups: ['editors'] }), { groups: [], is_staff: false, scopes: [] });
    t.match(
      await infoOf({ sub: '8', email: 'ben@issuer.example' }),
      { email: 'ben@app.example', scopes: [] },
      'a record adds no scope to a token',
    );
    t.equal((await ask('GET /editors', await bearer({ sub: '7', groups: ['editors'] }))).status, 403);
    t.equal((await ask('GET /me', await bearer({ sub: '9' }))).status, 401, 'inactive');
    t.equal((await ask('GET /me', await bearer({ sub: '99' }))).status, 401, 'no such user');
  },
);

onBothStores('an authenticator can choose a source of its own', async (t, stage) => {
  const users = `{ key: 'user:{id}', sources: { crm: { key: 'crm:{id}' } } }`;
  const authenticators = `${TOKEN}, session: { type: django-session, csrf: off, users: false }, ${jwt('users: crm')}`;
  const { ask, upstream } = await stage(t, yaml(users, authenticators), {
    records: RECORDS,
    now: now * 1000,
  });
  t.equal((await ask('GET /me', await bearer({ sub: '1' }))).status, 200);
  t.match(upstream.requests.at(-1)?.header('x-info')[0], /"username":"customer"/);
  t.equal((await ask('GET /me', await bearer({ sub: '7' }))).status, 401, 'user 7 is the other source’s');
  t.equal((await ask('GET /staff', token('bare'))).status, 200);
  t.equal((await ask('GET /me', cookie)).status, 200);
  t.equal((await ask('GET /staff', cookie)).status, 403, 'no more than an id');
});

onBothStores('users: merge completes the record of a token', async (t, stage) => {
  const file = yaml(
    `{ key: 'user:{id}' }`,
    `token: { type: redis-token, users: merge }, ${DJANGO}, ${jwt('users: false')}`,
  );
  const { ask, upstream } = await stage(t, file, { records: RECORDS, now: now * 1000 });
  t.equal((await ask('GET /staff', token('seed'))).status, 200, 'rights that the token does not have');
  t.match(upstream.requests.at(-1)?.header('x-info')[0], /"username":"root".*"email":"r@example.com"/);
  t.equal((await ask('GET /staff', token('rights'))).status, 403, 'rights that the user has no more');
  t.equal((await ask('GET /editors', token('rights'))).status, 403);
  t.equal((await ask('GET /read', token('rights'))).status, 200, 'its own scopes');
  t.equal((await ask('GET /me', token('bare'))).status, 200);
  t.equal((await ask('GET /me', token('off'))).status, 401, 'a token that was made inactive');
  t.equal((await ask('GET /me', token('gone'))).status, 401, 'a token of nobody');
});

onBothStores('without merge, a record with more than an id is all there is', async (t, stage) => {
  const authenticators = `token: { type: redis-token, users: crm }, ${DJANGO}, ${jwt('users: false')}`;
  const users = `{ key: 'user:{id}', sources: { crm: { key: 'crm:{id}' } } }`;
  const { ask, upstream } = await stage(t, yaml(users, authenticators), {
    records: RECORDS,
    now: now * 1000,
  });
  t.equal((await ask('GET /me', token('bare'))).status, 200);
  t.match(upstream.requests.at(-1)?.header('x-info')[0], /"username":"customer"/);
  t.equal((await ask('GET /staff', token('rights'))).status, 200);
});
