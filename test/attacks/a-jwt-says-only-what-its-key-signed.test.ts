import { createHmac, createPublicKey } from 'node:crypto';
import t, { type Test } from 'tap';
import { OwnClock } from '../support/gateway.ts';
import { startIssuer } from '../support/jwks.ts';
import { type Algorithm, forge, type Key, key, mint, sign } from '../support/jwt.ts';
import { type Stand, stand } from '../support/stand.ts';

// RFC 8725, RFC 7515, RFC 7519, CVE-2018-0114, CVE-2022-21449, CVE-2026-32597

const CLAIMS = { sub: '7', exp: 4_000_000_000 };
const pem = (by: Key) => JSON.stringify(by.publicPem);

/** One route whose tokens are verified as these options say. */
function guarded(t: Test, options: string, clock?: OwnClock): Promise<Stand> {
  return stand(t, {
    more: `  jwt: { type: jwt, ${options} }`,
    routes: ['{ id: jwt, path: /jwt/**, authenticate: [jwt], forward: back }'],
    ...(clock && { gateway: { clock } }),
  });
}

async function statuses(
  { get }: Stand,
  tokens: Readonly<Record<string, string>>,
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, token] of Object.entries(tokens))
    found[name] = (await get('/jwt/x', [['Authorization', `Bearer ${token}`]])).status;
  return found;
}

const all = (tokens: object, status: number) =>
  Object.fromEntries(Object.keys(tokens).map((name) => [name, status]));

t.test('the algorithm is the one that the file names', async (t) => {
  const [rsa, pss, hmac] = [key('RS256'), key('PS256'), key('HS256')];
  const house = await guarded(t, `algorithms: [RS256], key: ${pem(rsa)}`);
  const header = (alg: string) => ({ alg, kid: rsa.kid });
  const input = (alg: string) => forge({ header: header(alg), payload: CLAIMS, signature: '' }).slice(0, -1);
  const hs = (secret: string | Buffer) => createHmac('sha256', secret).update(input('HS256')).digest();
  const der = createPublicKey(rsa.publicPem).export({ type: 'spki', format: 'der' });
  const tokens = {
    none: forge({ header: header('none'), payload: CLAIMS, signature: '' }),
    'none with a signature': forge({ header: header('none'), payload: CLAIMS, signature: 'AAAA' }),
    None: forge({ header: header('None'), payload: CLAIMS, signature: '' }),
    'nOnE, signed': forge({ header: header('nOnE'), payload: CLAIMS, by: rsa }),
    'HS256 with the PEM': forge({ header: header('HS256'), payload: CLAIMS, signature: hs(rsa.publicPem) }),
    'HS256 with the PEM, trimmed': forge({
      header: header('HS256'),
      payload: CLAIMS,
      signature: hs(rsa.publicPem.trim()),
    }),
    'HS256 with the DER': forge({ header: header('HS256'), payload: CLAIMS, signature: hs(der) }),
    'HS256 with nothing': forge({ header: header('HS256'), payload: CLAIMS, signature: hs('') }),
    'PS256 of the same key': forge({
      header: header('PS256'),
      payload: CLAIMS,
      signature: sign('PS256', input('PS256'), rsa.private),
    }),
    'RS256 said, PS256 signed': forge({
      header: header('RS256'),
      payload: CLAIMS,
      signature: sign('PS256', input('RS256'), rsa.private),
    }),
    'another key': await mint(pss, CLAIMS),
    'a secret': await mint(hmac, CLAIMS),
    'no algorithm': forge({ header: { kid: rsa.kid }, payload: CLAIMS, by: rsa }),
    'a list': forge({ header: { alg: ['RS256'] }, payload: CLAIMS, by: rsa }),
    'lower case': forge({ header: header('rs256'), payload: CLAIMS, by: rsa }),
  };
  t.same(await statuses(house, tokens), all(tokens, 401));
  t.same(await statuses(house, { good: await mint(rsa, CLAIMS) }), { good: 200 });
  t.equal(house.upstream.requests.length, 1);
  t.same(await house.broken(), []);
});

t.test('a file that names a weak or unfit key is refused', async (t) => {
  const cases: [options: string, reason: RegExp][] = [
    ['algorithms: [HS256], secret: short', /at least 32/],
    [`algorithms: [HS512], secret: ${'x'.repeat(31)}`, /at least 32/],
    [`algorithms: [HS256], secret: [${'x'.repeat(32)}, short]`, /at least 32/],
    ['algorithms: [none], secret: x', /algorithms|none/],
    [`algorithms: [RS256], secret: ${'x'.repeat(64)}`, /public key/],
    [`algorithms: [HS256], key: ${pem(key('RS256'))}`, /HS256/],
    [`algorithms: [RS256, HS256], key: ${pem(key('RS256'))}`, /HS256/],
    [`algorithms: [ES256], key: ${pem(key('RS256'))}`, /ES256/],
    [`algorithms: [RS256], key: ${JSON.stringify(key('RS256').privatePem)}`, /private/],
    [`secret: ${'x'.repeat(64)}`, /algorithms/],
  ];
  for (const [options, reason] of cases) await t.rejects(guarded(t, options), reason, options);
});

t.test('what the header of a token points at is never fetched nor believed', async (t) => {
  const [good, evil] = [key('RS256'), key('RS256', 'evil')];
  const theirs = await startIssuer([evil]);
  t.teardown(() => theirs.close());
  const ours = await startIssuer([good]);
  t.teardown(() => ours.close());
  const house = await guarded(t, `algorithms: [RS256], jwks: "${ours.url}"`);
  const headers: Record<string, Record<string, unknown>> = {
    jku: { jku: theirs.url },
    x5u: { x5u: theirs.url },
    jwk: { jwk: evil.jwk },
    'jwk under our kid': { jwk: evil.jwk, kid: good.kid },
    x5c: { x5c: [evil.publicPem.split('\n').slice(1, -2).join('')] },
    'kid of a file': { kid: '../../../../dev/null' },
    'kid of a URL': { kid: theirs.url },
    'kid of SQL': { kid: "' OR '1'='1" },
    'our kid': { kid: good.kid },
    'no kid': { kid: undefined },
    'kid of no text': { kid: 1 },
    __proto__: { kid: '__proto__' },
  };
  for (const [name, more] of Object.entries(headers)) {
    const token = forge({ header: { alg: 'RS256', kid: evil.kid, ...more }, payload: CLAIMS, by: evil });
    t.same(await statuses(house, { [name]: token }), { [name]: 401 });
  }
  const pointing = forge({
    header: { alg: 'RS256', kid: good.kid, jku: theirs.url, jwk: evil.jwk },
    payload: CLAIMS,
    by: good,
  });
  t.same(await statuses(house, { pointing }), { pointing: 200 });
  t.equal(theirs.hits, 0);
  t.ok(ours.hits <= 2);
});

t.test('only the strict compact form is a token', async (t) => {
  for (const algorithm of ['ES256', 'HS256', 'EdDSA'] as Algorithm[]) {
    const by = key(algorithm);
    const house = await guarded(
      t,
      `algorithms: [${algorithm}], ${by.publicPem ? `key: ${pem(by)}` : `secret: "${'s'.repeat(32)}"`}`,
    );
    const signer = by.publicPem ? by : { ...by, private: Buffer.from('s'.repeat(32)) as never };
    const header = { alg: algorithm, typ: 'JWT' };
    const make = (parts: { header?: unknown; payload?: unknown }) => {
      const token = forge({
        header: parts.header ?? header,
        payload: parts.payload ?? CLAIMS,
        signature: '',
      });
      return `${token}${sign(algorithm, token.slice(0, -1), signer.private as never).toString('base64url')}`;
    };
    const good = make({});
    const [h = '', p = '', s = ''] = good.split('.');
    const last = (part: string) => part.slice(0, -1) + (part.endsWith('A') ? 'B' : 'A');
    const tokens: Record<string, string> = {
      padding: `${h}.${p}.${s}=`,
      'padding of all': `${h}==.${p}==.${s}==`,
      'two parts': `${h}.${p}`,
      'no signature': `${h}.${p}.`,
      'four parts': `${good}.${s}`,
      'five parts': `${h}.${p}.${s}.${s}.${s}`,
      'empty parts': '..',
      'a dot before': `.${good}`,
      'a dot behind': `${good}.`,
      'base64 of the other alphabet': `${h}.${p}.${Buffer.from(s, 'base64url').toString('base64')}`,
      'last character': `${h}.${p}.${last(s)}`,
      'last character of the payload': `${h}.${last(p)}.${s}`,
      'a percent': `${h}.${p}.${s}%3D`,
      crit: make({ header: { ...header, crit: ['x'], x: 1 } }),
      'crit of exp': make({ header: { ...header, crit: ['exp'], exp: 1 } }),
      'empty crit': make({ header: { ...header, crit: [] } }),
      'b64 false': make({ header: { ...header, b64: false, crit: ['b64'] } }),
      'b64 alone': make({ header: { ...header, b64: false } }),
      'alg twice': make({ header: `{"alg":"none","alg":"${algorithm}"}` }),
      'alg twice, escaped': make({ header: `{"\\u0061lg":"none","alg":"${algorithm}"}` }),
      'sub twice': make({ payload: `{"sub":"7","sub":"1","exp":${CLAIMS.exp}}` }),
      'sub twice, deep': make({ payload: `{"sub":"7","x":[{"a":1,"a":2}],"exp":${CLAIMS.exp}}` }),
      'payload of a list': make({ payload: '[]' }),
      'payload of text': make({ payload: '"x"' }),
      'payload of null': make({ payload: 'null' }),
      'no JSON': make({ payload: '{' }),
      'a mark before JSON': make({ payload: Buffer.from(`\ufeff${JSON.stringify(CLAIMS)}`) }),
      'text behind JSON': make({ payload: `${JSON.stringify(CLAIMS)}x` }),
      long: make({ payload: { ...CLAIMS, x: 'x'.repeat(20_000) } }).slice(0, 14_000),
    };
    if (algorithm === 'ES256') {
      const input = `${h}.${p}`;
      tokens['r and s of DER'] = `${input}.${sign('ES256', input, by.private, 'der').toString('base64url')}`;
      tokens['r = s = 0'] = `${input}.${Buffer.alloc(64).toString('base64url')}`;
      tokens['r = s = n'] =
        `${input}.${Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'.repeat(2), 'hex').toString('base64url')}`;
      tokens['a longer signature'] =
        `${input}.${Buffer.concat([Buffer.from(s, 'base64url'), Buffer.alloc(1)]).toString('base64url')}`;
    }
    t.same(await statuses(house, tokens), all(tokens, 401), algorithm);
    t.same(await statuses(house, { good }), { good: 200 });
    for (const text of [`${h} .${p}.${s}`, `${good} ${good}`, `${h}.${p}.${s} x`])
      t.equal((await house.get('/jwt/x', [['Authorization', `Bearer ${text}`]])).status, 401);
    t.equal(house.upstream.requests.length, 1);
  }
});

t.test('dates and audiences are what they say, to the second', async (t) => {
  const by = key('ES256');
  const now = 1_800_000_000;
  const clock = new OwnClock(now * 1_000);
  const house = await guarded(
    t,
    `algorithms: [ES256], key: ${pem(by)}, issuer: i, audience: [a, b], leeway: 5s`,
    clock,
  );
  const make = (claims: object) =>
    forge({
      header: { alg: 'ES256' },
      payload: { sub: '7', iss: 'i', aud: 'a', exp: now + 60, ...claims },
      by,
    });
  const refused = {
    'no exp': make({ exp: undefined }),
    'exp of text': make({ exp: String(now + 60) }),
    'exp of null': make({ exp: null }),
    'exp 1e99': make({ exp: 1e99 }),
    'exp of a list': make({ exp: [now + 60] }),
    'exp past': make({ exp: now - 5 }),
    'exp negative': make({ exp: -1 }),
    'nbf to come': make({ nbf: now + 6 }),
    'nbf of text': make({ nbf: '0' }),
    'iat to come': make({ iat: now + 6 }),
    'iat of text': make({ iat: String(now) }),
    'iat 1e99': make({ iat: 1e99 }),
    'aud of another': make({ aud: 'c' }),
    'aud of others': make({ aud: ['c', 'd'] }),
    'no aud': make({ aud: undefined }),
    'empty aud': make({ aud: [] }),
    'aud of an object': make({ aud: { a: 1 } }),
    'aud longer': make({ aud: 'ab' }),
    'iss of another': make({ iss: 'I' }),
    'iss of a list': make({ iss: ['i'] }),
    'no iss': make({ iss: undefined }),
    'no sub': make({ sub: undefined }),
    'sub of null': make({ sub: null }),
    'empty sub': make({ sub: '' }),
    'sub of an object': make({ sub: { id: 7 } }),
    'sub beyond 2^53': make({ sub: 2 ** 60 }),
    'not active': make({ sub: true }),
  };
  t.same(await statuses(house, refused), all(refused, 401));
  const accepted = {
    plain: make({}),
    'exp just past': make({ exp: now - 4 }),
    'exp of a fraction': make({ exp: now + 0.5 }),
    'nbf almost': make({ nbf: now + 5 }),
    'iat almost': make({ iat: now + 5 }),
    'aud of two': make({ aud: ['x', 'b'] }),
  };
  t.same(await statuses(house, accepted), all(accepted, 200));
  clock.advance(65_000);
  t.same(await statuses(house, { plain: accepted.plain }), { plain: 401 });
  t.same(await house.broken(), []);
});

t.test('a verdict on one token is never that of another issuer, audience, route, key or time', async (t) => {
  // GHSA-4mq7-pvjg-xp2r
  const [one, two] = [key('ES256'), key('ES256', 'two')];
  const now = 1_800_000_000;
  const clock = new OwnClock(now * 1_000);
  const names = ['ia', 'ib', 'ja', 'two'];
  const house = await stand(t, {
    more: `  ia: { type: jwt, algorithms: [ES256], key: ${pem(one)}, issuer: i, audience: a }
  ib: { type: jwt, algorithms: [ES256], key: ${pem(one)}, issuer: i, audience: b }
  ja: { type: jwt, algorithms: [ES256], key: ${pem(one)}, issuer: j, audience: a }
  two: { type: jwt, algorithms: [ES256], key: ${pem(two)}, issuer: i, audience: a }`,
    routes: names.map((name) => `{ id: ${name}, path: /${name}/**, authenticate: [${name}], forward: back }`),
    gateway: { clock },
  });
  const make = (by: Key, iss: string, aud: string) =>
    forge({ header: { alg: 'ES256' }, payload: { sub: '7', iss, aud, exp: now + 60 }, by });
  const tokens = [make(one, 'i', 'a'), make(one, 'i', 'b'), make(one, 'j', 'a'), make(two, 'i', 'a')];
  const ask = (name: string, token: string) =>
    house.get(`/${name}/x`, [['Authorization', `Bearer ${token}`]]);
  for (let round = 0; round < 3; round++) {
    for (const [index, token] of tokens.entries()) {
      const found = await Promise.all(names.map(async (name) => (await ask(name, token)).status));
      t.same(
        found,
        names.map((_, at) => (at === index ? 200 : 401)),
      );
    }
  }
  clock.advance(60_000);
  for (const [index, token] of tokens.entries()) t.equal((await ask(names[index] ?? '', token)).status, 401);
  t.same(await house.broken(), []);
});
