import t, { type Test } from 'tap';
import { type Issuer, type Published, startIssuer } from '../support/jwks.ts';
import { type Key, key, mint as mintToken } from '../support/jwt.ts';
import { json, type Stage, setStage } from '../support/stage.ts';

/** In seconds: tokens and the gateway go by the same clock. */
const NOW = Math.floor(Date.now() / 1000);
const mint = (by: Key, claims: object) => mintToken(by, { ...claims }, { now: NOW });

async function stageWith(t: Test, published: Published): Promise<Stage & { issuer: Issuer }> {
  const issuer = await startIssuer(published);
  t.teardown(() => issuer.close());
  const stage = await setStage(
    t,
    `authenticators: { jwt: { type: jwt, algorithms: [ES256], jwks: "${issuer.url}" } }
routes: [{ path: /x, authenticate: [jwt], permit: authenticated, forward: shop }]`,
    { now: NOW * 1000 },
  );
  return { ...stage, issuer };
}

const [old, young] = [key('ES256', 'old'), key('ES256', 'young')];
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

t.test('a key source that is broken is 503, and never a wrong password', async (t) => {
  const broken: [string, Published][] = [
    ['500', 500],
    ['404', 404],
    ['a redirect', (response) => void response.writeHead(302, { location: 'http://127.0.0.1/' }).end()],
    ['no JSON', (response) => void response.end('<html>')],
    ['no keys', []],
    ['cut off', (response) => void response.socket?.destroy()],
    ['endless', (response) => void response.end(`{"keys": [${'{},'.repeat(300_000)}{}]}`)],
  ];
  for (const [what, published] of broken) {
    const { ask, issuer, clock } = await stageWith(t, published);
    const token = await mint(old, { sub: '7' });
    const response = await ask('GET /x', bearer(token));
    t.equal(response.status, 503, what);
    t.same(response.header('retry-after'), ['1']);
    t.same(response.header('www-authenticate'), []);
    t.same(json(response), { detail: 'Service temporarily unavailable, try again later.' });
    t.equal((await ask('GET /x')).status, 401, 'who shows no token needs no key');
    issuer.respond([old]);
    clock.advance(1_000);
    t.equal((await ask('GET /x', bearer(token))).status, 200, 'and it recovers');
  }
});

t.test('why keys cannot be fetched is in the log, and of the URL its origin and path', async (t) => {
  const issuer = await startIssuer(500);
  const yaml = `authenticators: { jwt: { type: jwt, algorithms: [ES256], jwks: "${issuer.url}?key=s3cret" } }
routes: [{ path: /x, authenticate: [jwt], permit: authenticated, forward: shop }]`;
  const { ask, clock, gateway } = await setStage(t, yaml, { now: NOW * 1000 });
  const token = await mint(old, { sub: '7' });
  const moved: Published = (response) =>
    void response.writeHead(302, { location: 'http://127.0.0.1/' }).end();
  const reasons: [Published | 'gone', string][] = [
    [500, 'status 500'],
    [404, 'status 404'],
    [moved, 'status 302, a redirect: not followed'],
    [(response) => void response.end('s3cret'), 'not a JWK Set with public keys'],
    ['gone', 'ECONNREFUSED'],
  ];
  for (const [index, [published, reason]] of reasons.entries()) {
    clock.advance(1_000);
    if (published === 'gone') await issuer.close();
    else issuer.respond(published);
    t.equal((await ask('GET /x', bearer(token))).status, 503);
    t.match((await gateway.lines(index + 1)).at(-1), {
      reason: `jwt: KeysUnavailable: no key set: ${reason}`,
    });
    const told = gateway.log.filter(({ msg }) => msg === 'key set not fetched');
    t.match(told.at(-1), { jwks: issuer.url, reason });
  }
  t.notMatch(JSON.stringify(gateway.log), /s3cret/);
});

t.test('many requests at once fetch the keys once', async (t) => {
  const { ask, issuer } = await stageWith(t, [old]);
  const token = await mint(old, { sub: '7' });
  const replies = await Promise.all(Array.from({ length: 20 }, () => ask('GET /x', bearer(token))));
  t.same(new Set(replies.map(({ status }) => status)), new Set([200]));
  t.equal(issuer.hits, 1);
});

t.test('a rotated key is fetched when first seen, and unknown keys do not flood the issuer', async (t) => {
  const { ask, issuer, clock } = await stageWith(t, [old]);
  t.equal((await ask('GET /x', bearer(await mint(old, { sub: '7' })))).status, 200);
  issuer.respond([young, old]);
  const rotated = bearer(await mint(young, { sub: '8' }));
  t.equal((await ask('GET /x', rotated)).status, 401, 'within the cool-down');
  clock.advance(30_000);
  t.equal((await ask('GET /x', rotated)).status, 200);
  t.equal(issuer.hits, 2);
  for (let i = 0; i < 10; i++)
    t.equal(
      (await ask('GET /x', bearer(await mint(key('ES256', `strange-${i % 2}`), { sub: '7' })))).status,
      401,
    );
  t.equal(issuer.hits, 2);
});

t.test('known keys serve on while the issuer is down, for an hour', async (t) => {
  const { ask, issuer, clock } = await stageWith(t, [old]);
  const lasting = async () => bearer(await mint(old, { sub: '7', exp: Math.floor(clock.now() / 1000) + 60 }));
  t.equal((await ask('GET /x', await lasting())).status, 200);
  issuer.respond(500);
  clock.advance(59 * 60_000);
  t.equal((await ask('GET /x', await lasting())).status, 200);
  clock.advance(2 * 60_000);
  t.equal((await ask('GET /x', await lasting())).status, 503);
});

t.test('an unknown key is 503 while nobody can say whether it is new', async (t) => {
  const { ask, issuer, clock } = await stageWith(t, [old]);
  t.equal((await ask('GET /x', bearer(await mint(old, { sub: '7' })))).status, 200);
  issuer.respond(500);
  clock.advance(30_000);
  const unknown = bearer(await mint(young, { sub: '7' }));
  t.equal((await ask('GET /x', unknown)).status, 503);
  issuer.respond([old]);
  clock.advance(30_000);
  t.equal((await ask('GET /x', unknown)).status, 401);
});
