import t, { type Test } from 'tap';
import { forge, mint as mintToken, sharedSecret } from '../support/jwt.ts';
import { type Stage, setStage } from '../support/stage.ts';

/** In seconds: tokens and the gateway go by the same clock, which stands still. */
const now = Math.floor(Date.now() / 1000);
const SECRET = 'a secret of thirty-two bytes or more';
const by = sharedSecret(SECRET);
const mint = (claims: object) => mintToken(by, { sub: '7', ...claims }, { now });

const stageWith = (t: Test, options = ''): Promise<Stage> =>
  setStage(
    t,
    `authenticators: { jwt: { type: jwt, algorithms: [HS256], secret: "${SECRET}", ${options} } }
defaults: { authenticate: [jwt], identify: { X-User: '{user.id}', X-Info: [username, groups, permissions, scopes, role] } }
routes:
  - { path: /me, forward: shop }
  - { path: /read, permit: { scope: read }, forward: shop }
  - { path: /editors, permit: { group: editors }, forward: shop }
`,
    { now: now * 1000 },
  );

const ask = async ({ ask }: Stage, token: string, path = '/me') =>
  (await ask(`GET ${path}`, { Authorization: `Bearer ${token}` })).status;

t.test('claims that the file does not map may have any shape, and grant nothing then', async (t) => {
  const house = await stageWith(t);
  const SHAPES: unknown[] = [
    { books: ['read'] },
    7,
    true,
    null,
    [{ id: 1 }],
    [['editors']],
    [null],
    ['editors', {}],
  ];
  for (const shape of SHAPES) {
    for (const claim of ['groups', 'permissions', 'scope', 'preferred_username']) {
      const token = await mint({ [claim]: shape });
      t.equal(await ask(house, token), 200, `${claim}: ${JSON.stringify(shape)}`);
      t.equal(await ask(house, token, '/editors'), 403);
      t.equal(await ask(house, token, '/read'), 403);
    }
  }
  t.equal(await ask(house, await mint({ groups: ['editors'] }), '/editors'), 200);
  t.equal(await ask(house, await mint({ groups: [{ name: 'editors' }] }), '/editors'), 200);
  t.equal(await ask(house, await mint({ scope: 'read write' }), '/read'), 200);
  t.equal(await ask(house, await mint({ scope: ['read'] }), '/read'), 200);
});

t.test('a claim that the file maps must have the shape of what it becomes', async (t) => {
  const house = await stageWith(t, 'claims: { groups: roles, username: name }');
  t.equal(await ask(house, await mint({ roles: ['editors'], name: 'ada' }), '/editors'), 200);
  t.equal(await ask(house, await mint({})), 200, 'it may be missing');
  for (const claims of [{ roles: { editors: true } }, { roles: 7 }, { name: ['ada'] }, { name: {} }])
    t.equal(await ask(house, await mint(claims)), 401, JSON.stringify(claims));
  t.equal(await ask(house, await mint({ groups: 7 })), 200, 'which is not mapped here');
});

t.test('a claim is found below names with dots in them', async (t) => {
  const claims = {
    'https://hasura.io/jwt/claims': { 'x-hasura-role': 'editor', 'x-hasura-allowed': ['editors'] },
  };
  for (const path of [
    'https://hasura.io/jwt/claims.x-hasura-role',
    '\'"https://hasura.io/jwt/claims".x-hasura-role\'',
    '"\'https://hasura.io/jwt/claims\'.x-hasura-role"',
  ]) {
    const house = await stageWith(
      t,
      `claims: { role: ${path.includes('"') || path.includes("'") ? path : `"${path}"`} }`,
    );
    t.equal(await ask(house, await mint(claims)), 200);
    t.match(house.upstream.requests[0]?.header('x-info')[0], /"role":"editor"/, path);
  }
  await t.rejects(stageWith(t, `claims: { role: 'a."b' }`), /close every quote/);
});

t.test('an issuer’s clock may be a little ahead, and a token ends on time', async (t) => {
  const house = await stageWith(t);
  const status = async (claims: object) => ask(house, await mint(claims));
  t.equal(await status({ iat: now + 5, nbf: now + 5 }), 200);
  t.equal(await status({ iat: now + 6 }), 401);
  t.equal(await status({ nbf: now + 6 }), 401);
  t.equal(await status({ exp: now + 1 }), 200);
  t.equal(await status({ exp: now }), 401);
  const strict = await stageWith(t, 'leeway: 0s');
  t.equal(await ask(strict, await mint({ iat: now + 1 })), 401);
  const lax = await stageWith(t, 'leeway: 60s');
  t.equal(await ask(lax, await mint({ iat: now + 60, nbf: now + 60, exp: now - 59 })), 200);
  t.equal(await ask(lax, await mint({ exp: now - 60 })), 401);
});

t.test('dates beyond reason are none: milliseconds would be valid for ever', async (t) => {
  const house = await stageWith(t, 'require: []');
  const dates = [
    now * 1_000,
    (now - 3_600) * 1_000,
    10 ** 12,
    253_402_300_800,
    -(10 ** 12),
    2 ** 53,
    1e300,
    '"soon"',
    'true',
    'null',
    '[]',
    '1e999',
    '-1e999',
    'NaN',
    'Infinity',
    '9007199254740993',
  ];
  for (const name of ['exp', 'nbf', 'iat']) {
    for (const date of dates) {
      const token = forge({ header: { alg: 'HS256' }, payload: `{"sub":"7","${name}":${date}}`, by });
      t.equal(await ask(house, token), 401, `${name}: ${date}`);
    }
  }
  const far = forge({ header: { alg: 'HS256' }, payload: '{"sub":"7","exp":253402300799}', by });
  t.equal(await ask(house, far), 200, 'the last second of the year 9999');
});
