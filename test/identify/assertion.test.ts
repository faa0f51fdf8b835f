import { generateKeyPairSync } from 'node:crypto';
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import t, { type Test } from 'tap';
import type { Pair } from '../support/http.ts';
import { type Algorithm, key } from '../support/jwt.ts';
import { json, type Stage, setStage } from '../support/stage.ts';
import { openWebSocket } from '../support/websocket.ts';

const RECORDS = {
  'token:ada': { id: 7, username: 'ada', groups: ['editors'], is_staff: true, email: 'ada@example.com' },
  'token:bob': { id: 8, username: 'bob' },
  'token:eve': { id: 7, username: 'eve' },
};
const ADA = { Authorization: 'Token ada' };

function file(sign: string, more = ''): string {
  return `
guard: off
upstreams: { shop: '\${SHOP}', billing: '\${SHOP}', keys: { type: jwks } }
authenticators: { token: { type: redis-token } }
defaults: { authenticate: [token], identify: { X-User: '{user.id}', sign: ${sign} } }
routes:
  - { path: /mine/**, forward: shop }
  - { path: /bills/**, forward: billing }
  - { path: /public/**, permit: anyone, forward: shop }
  - { path: /nobody/**, authenticate: [], permit: anyone, forward: shop }
  - { path: /unsigned/**, identify: { X-User: '{user.id}' }, forward: shop }
  - { path: /ws, permit: anyone, forward: { upstream: shop, websocket: true } }
  - { path: /.well-known/jwks.json, methods: [GET], authenticate: [], permit: anyone, identify: {}, forward: keys }
${more}`;
}

const keyed = (algorithm: Algorithm, more = '') =>
  `{ key: ${JSON.stringify(key(algorithm).privatePem)}, algorithm: ${algorithm}${more} }`;

/** The assertion that the last request bore. */
function told({ upstream }: Pick<Stage, 'upstream'>, header = 'x-user-assertion'): string {
  const values = upstream.requests.at(-1)?.header(header) ?? [];
  return values.length === 1 ? String(values[0]) : `${values.length} assertions`;
}

const set = (t: Test, sign: string, more = '') => setStage(t, file(sign, more), { records: RECORDS });

for (const algorithm of ['EdDSA', 'ES256', 'RS256'] as const) {
  t.test(`${algorithm}: an upstream can verify with the published keys who is asking`, async (t) => {
    const stage = await set(t, keyed(algorithm, ', issuer: https://gate.example, ttl: 30s'));
    t.equal((await stage.ask('GET /mine/x', ADA)).status, 200);
    const token = told(stage);
    for (const url of [
      `${stage.gateway.adminUrl}/.well-known/jwks.json`,
      `${stage.gateway.url}/.well-known/jwks.json`,
    ]) {
      const rules = { algorithms: [algorithm], issuer: 'https://gate.example', audience: 'shop' };
      const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(url)), {
        ...rules,
        requiredClaims: ['sub', 'iat', 'exp'],
      });
      t.match(payload, { sub: '7', username: 'ada', groups: ['editors'], is_staff: true });
      t.equal(payload.email, undefined, 'no more is told than is named');
      t.ok((payload.exp ?? 0) - (payload.iat ?? 0) <= 31);
      await t.rejects(jwtVerify(token, createRemoteJWKSet(new URL(url)), { ...rules, audience: 'billing' }));
    }
    const published = json(await stage.ask('GET /.well-known/jwks.json')) as { keys: object[] };
    t.equal(published.keys.length, 1);
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'])
      t.notOk(
        published.keys.some((each) => secret in each),
        `${secret} is not published`,
      );
  });
}

t.test('one assertion per caller, attributes and upstream, for half of its life', async (t) => {
  // ES256 makes another signature each time: equal tokens are one token.
  const stage = await set(t, keyed('ES256', ', ttl: 60s'));
  const tokenOf = async (path: string, token: string) => {
    t.equal((await stage.ask(`GET ${path}`, { Authorization: `Token ${token}` })).status, 200);
    return told(stage);
  };
  const first = await tokenOf('/mine/x', 'ada');
  t.equal(await tokenOf('/mine/other', 'ada'), first);
  t.equal(await tokenOf('/public/x', 'ada'), first, 'the same upstream on another route');
  const others = [
    await tokenOf('/bills/x', 'ada'),
    await tokenOf('/mine/x', 'bob'),
    await tokenOf('/mine/x', 'eve'),
  ];
  t.equal(new Set([first, ...others]).size, 4);
  t.same(
    others.map((token) => [decodeJwt(token).aud, decodeJwt(token).sub, decodeJwt(token).username]),
    [
      ['billing', '7', 'ada'],
      ['shop', '8', 'bob'],
      ['shop', '7', 'eve'],
    ],
  );
  stage.clock.advance(29_999);
  t.equal(await tokenOf('/mine/x', 'ada'), first);
  stage.clock.advance(1);
  const next = await tokenOf('/mine/x', 'ada');
  t.not(next, first);
  t.ok((decodeJwt(next).exp ?? 0) * 1_000 >= stage.clock.now() + 60_000, 'a whole life ahead');
});

t.test('an assertion has not expired when it is sent, however short its life', async (t) => {
  const stage = await set(t, keyed('EdDSA', ', ttl: 1s'));
  for (let step = 0; step < 40; step++) {
    await stage.ask('GET /mine/x', ADA);
    const { exp = 0, iat = 0 } = decodeJwt(told(stage));
    t.ok(exp * 1_000 > stage.clock.now() && iat * 1_000 <= stage.clock.now());
    stage.clock.advance(137);
  }
});

t.test('no client says it itself: on no route, in no spelling, on no upgrade', async (t) => {
  const stage = await set(t, keyed('EdDSA', ', header: X-Proof'), '');
  await stage.ask('GET /mine/x', ADA);
  const stolen = told(stage, 'x-proof');
  t.match(stolen, /^ey/);
  for (const name of ['X-Proof', 'x-proof', 'X-PROOF', 'X-User-Assertion']) {
    const forged = { [name]: [stolen, 'x'], Connection: `close, ${name}` };
    for (const path of ['/public/x', '/nobody/x', '/unsigned/x']) {
      const credentials = path === '/unsigned/x' ? ADA : {};
      t.equal((await stage.ask(`GET ${path}`, { ...credentials, ...forged })).status, 200);
      t.same(stage.upstream.requests.at(-1)?.header(name), [], `${name} on ${path}`);
    }
    t.equal((await stage.ask('GET /mine/x', { Authorization: 'Token bob', ...forged })).status, 200);
    t.equal(decodeJwt(told(stage, 'x-proof')).sub, '8', 'one, and it is ours');
    const bob: Pair = ['Authorization', 'Token bob'];
    for (const headers of [[], [bob]]) {
      const expected = headers.length;
      const socket = await openWebSocket(stage.gateway.port, '/ws', [...headers, [name, stolen]]);
      t.equal(socket.response.status, 101);
      socket.raw.destroy();
      const values = stage.upstream.requests.at(-1)?.header('x-proof') ?? [];
      t.equal(values.length, expected);
      if (expected) t.equal(decodeJwt(String(values[0])).sub, '8');
      else t.same(stage.upstream.requests.at(-1)?.header(name), []);
    }
  }
});

t.test('keys change without a gap: the first signs, all are published', async (t) => {
  const [old, next] = [key('ES256', 'old'), key('ES256', 'next')].map(({ privatePem }) => privatePem);
  const signing = async (keys: unknown[]) => {
    const stage = await set(t, `{ algorithm: ES256, key: ${JSON.stringify(keys)} }`);
    await stage.ask('GET /mine/x', ADA);
    const published = json(await stage.ask('GET /.well-known/jwks.json')) as never;
    return { token: told(stage), published: createLocalJWKSet(published) };
  };
  const before = await signing([old, next]);
  const during = await signing([next, old]);
  const after = await signing([next]);
  const verifies = async (token: string, by: (typeof before)['published']) =>
    jwtVerify(token, by, { audience: 'shop' }).then(
      () => true,
      () => false,
    );
  t.ok(await verifies(before.token, during.published), 'what the old key signed');
  t.ok(await verifies(during.token, before.published), 'what the new key signed, for who fetched before');
  t.ok(await verifies(during.token, after.published));
  t.notOk(await verifies(before.token, after.published), 'once the old key is gone, so is its word');
  t.not(decodeProtectedHeader(before.token).kid, decodeProtectedHeader(after.token).kid);
});

t.test('keys and options that would not hold are problems of the file', async (t) => {
  const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey;
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const pem = (of: typeof p384) => JSON.stringify(of.export({ type: 'pkcs8', format: 'pem' }));
  const good = JSON.stringify(key('EdDSA').privatePem);
  const cases: [sign: string, problem: RegExp][] = [
    [`{ key: ${pem(rsa1024)}, algorithm: RS256 }`, /RSA key of 2048 bits/],
    [`{ key: ${pem(p384)}, algorithm: ES256 }`, /P-256/],
    [`{ key: ${good}, algorithm: ES256 }`, /P-256/],
    [`{ key: ${JSON.stringify(key('RS256').privatePem)} }`, /Ed25519/],
    [`{ key: ${JSON.stringify(key('EdDSA').publicPem)} }`, /not a private key/],
    ['{ key: "-----BEGIN PRIVATE KEY-----\\nrubbish\\n-----END PRIVATE KEY-----" }', /not a private key/],
    ['{ key: no-such-file.pem }', /no-such-file/],
    [`{ key: ${good}, algorithm: HS256 }`, /algorithm/],
    [`{ key: ${good}, algorithm: none }`, /algorithm/],
    [`{ key: ${good}, ttl: 10ms }`, /a second at least/],
    [`{ key: ${good}, claims: [username, aud] }`, /"aud" is written by Postern itself/],
    [`{ key: ${good}, claims: [exp] }`, /"exp" is written by Postern itself/],
    [`{ key: ${good}, header: x-user }`, /"x-user" is set twice/],
    [`{ key: ${good}, header: Content-Length }`, /of the connection or the message/],
    [`{ key: ${good}, header: 'X User' }`, /header/],
    ['{ key: [] }', /key/],
    ['{ }', /key/],
  ];
  for (const [sign, problem] of cases) {
    const refused = await t.rejects(set(t, sign), problem, sign.slice(0, 80));
    t.notMatch(String(refused), /PRIVATE KEY-----\n[A-Za-z0-9+/]{20}/, 'no key is quoted');
  }
});

t.test('a caller without a name in an assertion has none: nothing is signed for the anonymous', async (t) => {
  const stage = await set(t, keyed('EdDSA'));
  for (const path of ['/public/x', '/nobody/x']) {
    t.equal((await stage.ask(`GET ${path}`)).status, 200);
    t.same(stage.upstream.requests.at(-1)?.header('x-user-assertion'), []);
  }
});
