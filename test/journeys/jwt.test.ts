import { createSecretKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startIssuer } from '../support/jwks.ts';
import {
  type Algorithm,
  forge,
  jwks,
  type Key,
  key,
  type MintOptions,
  mint as mintToken,
} from '../support/jwt.ts';
import { json, type Stage, setStage } from '../support/stage.ts';

/** In seconds: tokens and the gateway go by the same clock, which stands still. */
const NOW = Math.floor(Date.now() / 1000);
const mint = (by: Key, claims: object, options: MintOptions = {}) =>
  mintToken(by, { ...claims }, { now: NOW, ...options });

const SECRET = '0123456789abcdef0123456789abcdef';

/** A gateway whose one route wants a token that `options` describe. */
function stageWith(t: Test, options: string): Promise<Stage> {
  return setStage(
    t,
    `authenticators: { jwt: { type: jwt, ${options} }, token: { type: redis-token } }
defaults: { authenticate: [jwt, token], permit: authenticated, identify: { X-User: '{user.id}', X-Info: [username, groups, scopes, is_staff] } }
routes:
  - { path: /x, forward: shop }
  - { path: /staff, permit: staff, forward: shop }
  - { path: /write, permit: { scope: write }, forward: shop }`,
    { now: NOW * 1000, records: { 'token:abc': { id: 'by-token' } } },
  );
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

function folder(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'postern-keys-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

t.test('HS256 with a secret', async (t) => {
  const by = { ...key('HS256'), private: createSecretKey(Buffer.from(SECRET)) };
  const { ask, upstream } = await stageWith(t, `algorithms: [HS256], secret: ${SECRET}`);
  t.equal((await ask('GET /x', bearer(await mint(by, { sub: '7' })))).status, 200);
  const received = await upstream.next();
  t.same(received.header('x-user'), ['7']);
  t.same(received.header('authorization'), []);
  t.equal(
    (await ask('GET /x', bearer(await mint(key('HS256'), { sub: '7' })))).status,
    401,
    'another secret',
  );
});

const asymmetric: Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

for (const algorithm of asymmetric) {
  t.test(`${algorithm} with a PEM, a JWK file, a JWK Set file and a URL`, async (t) => {
    const by = key(algorithm);
    const directory = folder(t);
    const write = (name: string, text: string) => {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    };
    const issuer = await startIssuer([key('ES256', 'other'), by]);
    t.teardown(() => issuer.close());
    const sources = {
      PEM: `key: ${write('public.pem', by.publicPem)}`,
      'PEM text': `key: !file ${write('text.pem', by.publicPem)}`,
      JWK: `jwks: ${write('jwk.json', JSON.stringify(by.jwk))}`,
      'JWK Set': `jwks: ${write('jwks.json', JSON.stringify(jwks(key('RS256', 'other'), by)))}`,
      URL: `jwks: ${issuer.url}`,
    };
    const good = await mint(by, { sub: '7' });
    const [header = '', , signature = ''] = good.split('.');
    const payload = Buffer.from(JSON.stringify({ sub: '8', exp: 9_999_999_999 })).toString('base64url');
    for (const [source, options] of Object.entries(sources)) {
      const { ask, upstream } = await stageWith(t, `algorithms: [${algorithm}], ${options}`);
      t.equal((await ask('GET /x', bearer(good))).status, 200, source);
      t.same((await upstream.next()).header('x-user'), ['7']);
      for (const [what, token] of [
        ['another payload', `${header}.${payload}.${signature}`],
        ['another key', await mint(key(algorithm, 'stranger'), { sub: '7' }, { header: { kid: by.kid } })],
        ['no signature', forge({ header: { alg: 'none' }, payload: { sub: '7', exp: 9_999_999_999 } })],
      ] as const)
        t.equal((await ask('GET /x', bearer(token))).status, 401, `${source}: ${what}`);
    }
  });
}

t.test('a public key is not taken for a secret, nor one algorithm for another', async (t) => {
  const by = key('RS256');
  const { ask } = await stageWith(t, `algorithms: [RS256], key: !file ${pemOf(t)}`);
  const payload = { sub: '7', exp: 9_999_999_999 };
  const confused = forge({
    header: { alg: 'HS256' },
    payload,
    by: { ...by, algorithm: 'HS256', private: Buffer.from(by.publicPem) as never },
  });
  const other = forge({ header: { alg: 'PS256' }, payload, by: { ...by, algorithm: 'PS256' } });
  for (const token of [confused, other]) t.equal((await ask('GET /x', bearer(token))).status, 401);

  function pemOf(t: Test): string {
    const file = join(folder(t), 'public.pem');
    writeFileSync(file, by.publicPem);
    return file;
  }
});

const by = key('ES256');
const local = (t: Test) => {
  const file = join(folder(t), 'jwks.json');
  writeFileSync(file, JSON.stringify(jwks(by)));
  return `algorithms: [ES256], jwks: ${file}`;
};

t.test('mine and bad is 401 with the challenge; not mine is asked of the next', async (t) => {
  const { ask, upstream } = await stageWith(t, local(t));
  const bad: [string, string][] = [
    ['not a token', 'abc'],
    ['expired', await mint(by, { sub: '7' }, { expiresIn: -1 })],
    ['expires now', await mint(by, { sub: '7' }, { expiresIn: 0 })],
    ['without exp', await mint(by, { sub: '7' }, { expiresIn: null })],
    ['not yet valid', await mint(by, { sub: '7', nbf: NOW + 60 })],
    ['issued in the future', await mint(by, { sub: '7', iat: NOW + 60 })],
    ['without a subject', await mint(by, {})],
    ['an empty subject', await mint(by, { sub: '' })],
    [
      'a subject that is no text',
      forge({ header: { alg: 'ES256', kid: by.kid }, payload: { sub: {}, exp: NOW + 60 }, by }),
    ],
    [
      'a date that is none',
      forge({ header: { alg: 'ES256', kid: by.kid }, payload: { sub: '7', exp: 'soon' }, by }),
    ],
    [
      'an unsafe integer',
      forge({
        header: { alg: 'ES256', kid: by.kid },
        payload: '{"sub":9007199254740993,"exp":9999999999}',
        by,
      }),
    ],
    [
      'crit',
      forge({
        header: { alg: 'ES256', kid: by.kid, crit: ['x'], x: 1 },
        payload: { sub: '7', exp: NOW + 60 },
        by,
      }),
    ],
    [
      'named twice',
      forge({ header: { alg: 'ES256', kid: by.kid }, payload: '{"sub":"7","sub":"8","exp":9999999999}', by }),
    ],
    ['padded', `${await mint(by, { sub: '7' })}=`],
  ];
  for (const [what, token] of bad) {
    const response = await ask('GET /x', bearer(token));
    t.equal(response.status, 401, what);
    t.same(response.header('www-authenticate'), ['Bearer realm="api"']);
    t.same(json(response), { detail: 'Invalid token.' });
  }
  t.equal(upstream.requests.length, 0);
  t.equal((await ask('GET /x', { Authorization: 'Token abc' })).status, 200);
  t.same(upstream.requests[0]?.header('x-user'), ['by-token']);
  const none = await ask('GET /x');
  t.same([none.status, ...none.header('www-authenticate')], [401, 'Bearer realm="api"']);
});

t.test('issuer, audience and leeway', async (t) => {
  const { ask } = await stageWith(
    t,
    `${local(t)}, issuer: https://id.example.com, audience: [shop, till], leeway: 30s, require: [exp, jti]`,
  );
  const sound = { sub: '7', iss: 'https://id.example.com', aud: 'shop', jti: '1' };
  const status = async (claims: object, expiresIn = 60) =>
    (await ask('GET /x', bearer(await mint(by, { ...sound, ...claims }, { expiresIn })))).status;
  t.equal(await status({}), 200);
  t.equal(await status({ aud: ['other', 'till'] }), 200);
  t.equal(await status({}, -20), 200, 'within the leeway');
  t.equal(await status({ nbf: NOW + 20, iat: NOW + 20 }), 200);
  t.equal(await status({}, -40), 401);
  t.equal(await status({ nbf: NOW + 40 }), 401);
  t.equal(await status({ iss: 'https://id.example.com/' }), 401);
  t.equal(await status({ iss: undefined }), 401);
  t.equal(await status({ aud: 'other' }), 401);
  t.equal(await status({ aud: undefined }), 401);
  t.equal(await status({ jti: undefined }), 401);
});

t.test('claims become attributes of the user, by name or by path', async (t) => {
  const { ask, upstream } = await stageWith(
    t,
    `${local(t)}, claims: { id: user_id, username: profile.name, is_staff: 'https://example.com/staff', is_active: active }`,
  );
  const claims = {
    user_id: 7,
    profile: { name: 'ada' },
    'https://example.com/staff': true,
    groups: ['a'],
    scope: 'read write',
    is_superuser: true,
  };
  t.equal((await ask('GET /staff', bearer(await mint(by, claims)))).status, 200);
  const received = await upstream.next();
  t.same(received.header('x-user'), ['7']);
  t.same(received.header('x-info'), [
    '{"username":"ada","groups":["a"],"scopes":["read","write"],"is_staff":true}',
  ]);
  t.equal((await ask('GET /write', bearer(await mint(by, claims)))).status, 200);
  t.equal((await ask('GET /write', bearer(await mint(by, { ...claims, scope: 'read' })))).status, 403);
  t.equal((await ask('GET /staff', bearer(await mint(by, { user_id: 7 })))).status, 403);
  const inactive = await ask('GET /x', bearer(await mint(by, { ...claims, active: false })));
  t.equal(inactive.status, 401);
  t.same(json(inactive), { detail: 'User inactive or deleted.' });
});

t.test('rights need a claim that the file names', async (t) => {
  const { ask } = await stageWith(t, local(t));
  const claims = { sub: '7', is_staff: true, staff: true };
  t.equal((await ask('GET /staff', bearer(await mint(by, claims)))).status, 403);
});
