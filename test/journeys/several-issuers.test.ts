import type { Test } from 'tap';
import t from 'tap';
import { forge, key, mint as mintToken } from '../support/jwt.ts';
import { onBothStores, type Stage, type StageSetter, setStage } from '../support/stage.ts';

/** In seconds: tokens and the gateway go by the same clock, which stands still. */
const now = Math.floor(Date.now() / 1000);
const [one, two] = [key('ES256', 'one'), key('ES256', 'two')];
const mint = (by: typeof one, claims: object) => mintToken(by, { sub: by.kid, ...claims }, { now });
const pem = (by: typeof one) => JSON.stringify(by.publicPem);

const issuer = (name: string, by: typeof one, more = '') =>
  `${name}: { type: jwt, algorithms: [ES256], key: ${pem(by)}, issuer: ${name}, ${more} }`;
const OPAQUE = 'opaque: { type: redis-token, scheme: Bearer';

const routes = (chain: string) => `defaults: { authenticate: [${chain}] }
routes:
  - { path: /me, forward: shop }
  - { path: /open, permit: anyone, forward: shop }
`;

const RECORDS = { 'token:abc': { id: 'by-token' }, 'token:d.e.f': { id: 'dotted' } };

/** The status, and who was let in, for each token. */
async function answers(
  { ask, upstream }: Stage,
  tokens: Readonly<Record<string, string>>,
  place = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` }),
  path = '/me',
): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, token] of Object.entries(tokens)) {
    upstream.clear();
    const { status } = await ask(`GET ${path}`, place(token));
    found[name] = status === 200 ? (upstream.requests[0]?.header('x-user')[0] ?? 'nobody') : status;
  }
  return found;
}

async function tokens() {
  const good = await mint(two, { iss: 'two' });
  return {
    'of the first': await mint(one, { iss: 'one' }),
    'of the second': good,
    opaque: 'abc',
    'the first’s name, another key': await mint(two, { iss: 'one' }),
    'the second’s name, another key': await mint(one, { iss: 'two' }),
    'of the first, expired': await mint(one, { iss: 'one', exp: now - 1 }),
    'of the first, twice': forge({
      header: { alg: 'ES256', kid: 'one' },
      payload: `{"sub":"1","sub":"2","iss":"one","exp":${now + 60}}`,
      by: one,
    }),
    'of the first, unsigned': forge({
      header: { alg: 'none' },
      payload: { sub: '1', iss: 'one', exp: now + 60 },
    }),
    'of the second, changed': `${good.slice(0, -2)}AA`,
    'of a stranger': await mint(one, { iss: 'three' }),
    'without an issuer': await mint(one, {}),
    'an issuer that is a list': await mint(one, { iss: ['one'] as never }),
    'no token at all': '!',
  };
}

const EXPECTED = {
  'of the first': 'one',
  'of the second': 'two',
  opaque: 'by-token',
  'the first’s name, another key': 401,
  'the second’s name, another key': 401,
  'of the first, expired': 401,
  'of the first, twice': 401,
  'of the first, unsigned': 401,
  'of the second, changed': 401,
  'of a stranger': 401,
  'without an issuer': 401,
  'an issuer that is a list': 401,
  'no token at all': 401,
};

async function threeOf(t: Test, stage: StageSetter, more: string, opaque = ''): Promise<Stage> {
  const yaml = `authenticators:
  ${issuer('one', one, `claim: iss${more}`)}
  ${issuer('two', two, `claim: iss${more}`)}
  ${OPAQUE}${opaque === '' ? more : opaque} }
${routes('one, two, opaque')}`;
  return stage(t, yaml, { records: RECORDS, now: now * 1000 });
}

onBothStores('two issuers and opaque tokens share Authorization: Bearer', async (t, stage) => {
  const house = await threeOf(t, stage, '');
  t.same(await answers(house, await tokens()), EXPECTED);
  const { status } = await house.ask('GET /me', { Authorization: 'Bearer' });
  t.equal(status, 401, 'a header without a credential');
});

onBothStores('a cookie and a query parameter are shared in the same way', async (t, stage) => {
  const cookie = await threeOf(t, stage, ', in: cookie, name: sid');
  t.same(await answers(cookie, await tokens(), (token) => ({ Cookie: `sid=${token}` })), EXPECTED);
  const query = await threeOf(t, stage, ', in: query, name: t');
  const found = await Promise.all(
    Object.entries(await tokens()).map(async ([name, token]) => {
      const { status } = await query.ask(`GET /me?t=${encodeURIComponent(token)}`);
      return [name, status === 200 ? 'in' : status];
    }),
  );
  t.same(
    found,
    Object.entries(EXPECTED).map(([name, who]) => [name, typeof who === 'string' ? 'in' : who]),
  );
});

onBothStores('chosen by form, JWTs and opaque tokens share a place in either order', async (t, stage) => {
  const jwt = `jwt: { type: jwt, algorithms: [ES256], key: ${pem(one)}, claim: form }`;
  const plain = `jwt: { type: jwt, algorithms: [ES256], key: ${pem(one)} }`;
  const asked = {
    jwt: await mint(one, {}),
    'bad jwt': await mint(two, {}),
    opaque: 'abc',
    dotted: 'd.e.f',
    unknown: 'xyz',
    malformed: '!',
  };
  const first = await stage(t, `authenticators: { ${jwt}, ${OPAQUE} } }\n${routes('jwt, opaque')}`, {
    records: RECORDS,
    now: now * 1000,
  });
  t.same(await answers(first, asked), {
    jwt: 'one',
    'bad jwt': 401,
    opaque: 'by-token',
    dotted: 'dotted',
    unknown: 401,
    malformed: 401,
  });
  const second = await stage(
    t,
    `authenticators: { ${plain}, ${OPAQUE}, claim: form, charset: alphanumeric } }\n${routes('opaque, jwt')}`,
    { records: RECORDS, now: now * 1000 },
  );
  t.same(await answers(second, asked), {
    jwt: 'one',
    'bad jwt': 401,
    opaque: 'by-token',
    dotted: 401,
    unknown: 401,
    malformed: 401,
  });
});

t.test('a token that nobody claims is nobody’s, and the log says why', async (t) => {
  const yaml = `authenticators:
  ${issuer('one', one, 'claim: iss')}
  ${issuer('two', two, 'claim: iss')}
${routes('one, two')}`;
  const house = await setStage(t, yaml, { now: now * 1000 });
  const stranger = { stranger: await mint(one, { iss: 'three' }), opaque: 'abc' };
  t.same(await answers(house, stranger), { stranger: 401, opaque: 401 });
  t.same(await answers(house, stranger, undefined, '/open'), { stranger: 'nobody', opaque: 'nobody' });
  const bad = { bad: await mint(two, { iss: 'one' }) };
  t.same(await answers(house, bad, undefined, '/open'), { bad: 401 }, 'its own bad one is never overlooked');
  const [line] = await house.gateway.lines(5);
  t.match(line?.reason, /iss is "three", expected "one".*iss is "three", expected "two"/);
});

t.test('a token is chosen by its issuer, so the file must name one', async (t) => {
  await t.rejects(
    setStage(
      t,
      `authenticators: { a: { type: jwt, algorithms: [ES256], key: ${pem(one)}, claim: iss } }\n${routes('a')}`,
    ),
    /say which in "issuer"/,
  );
});
