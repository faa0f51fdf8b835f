import t from 'tap';
import { startIssuer } from '../support/jwks.ts';
import { key, mint } from '../support/jwt.ts';
import { setStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

/** That its signature was verified once is all that may be remembered of a token. */

const NOW = Math.floor(Date.now() / 1000);
const [old, young] = [key('ES256', 'old'), key('ES256', 'young')];
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

t.test('a token that was accepted expires in its second', async (t) => {
  const { ask, clock } = await setStage(
    t,
    `authenticators: { jwt: { type: jwt, algorithms: [ES256], key: "${old.publicPem.replaceAll('\n', '\\n')}" } }
routes: [{ path: /x, authenticate: [jwt], permit: authenticated, forward: shop }]`,
    { now: NOW * 1000 },
  );
  const token = bearer(await mint(old, { sub: '7' }, { now: NOW, expiresIn: 60 }));
  t.equal((await ask('GET /x', token)).status, 200);
  clock.advance(59_999);
  t.equal((await ask('GET /x', token)).status, 200);
  clock.advance(1);
  t.equal((await ask('GET /x', token)).status, 401);
});

t.test('a token that was accepted ends when its key leaves the set, and comes back with it', async (t) => {
  const issuer = await startIssuer([old, young]);
  t.teardown(() => issuer.close());
  const { ask, clock } = await setStage(
    t,
    `authenticators: { jwt: { type: jwt, algorithms: [ES256], jwks: "${issuer.url}" } }
routes: [{ path: /x, authenticate: [jwt], permit: authenticated, forward: shop }]`,
    { now: NOW * 1000 },
  );
  const token = bearer(await mint(old, { sub: '7' }, { now: NOW, expiresIn: 3_600 }));
  for (let time = 0; time < 2; time++) t.equal((await ask('GET /x', token)).status, 200);
  issuer.respond([young]);
  clock.advance(11 * 60_000);
  await until(async () => (await ask('GET /x', token)).status === 401);
  issuer.respond([young, old]);
  clock.advance(11 * 60_000);
  await until(async () => (await ask('GET /x', token)).status === 200);
  t.equal(issuer.hits, 3);
});

t.test('what one authenticator has verified is nothing to another', async (t) => {
  const pem = old.publicPem.replaceAll('\n', '\\n');
  const { ask } = await setStage(
    t,
    `authenticators:
  shop: { type: jwt, algorithms: [ES256], key: "${pem}", audience: shop }
  bank: { type: jwt, algorithms: [ES256], key: "${pem}", audience: bank }
  other: { type: jwt, algorithms: [ES256], key: "${young.publicPem.replaceAll('\n', '\\n')}", audience: shop }
routes:
  - { path: /shop, authenticate: [shop], permit: authenticated, forward: shop }
  - { path: /bank, authenticate: [bank], permit: authenticated, forward: shop }
  - { path: /other, authenticate: [other], permit: authenticated, forward: shop }`,
    { now: NOW * 1000 },
  );
  const token = bearer(await mint(old, { sub: '7', aud: 'shop' }, { now: NOW }));
  for (let time = 0; time < 3; time++) {
    t.equal((await ask('GET /shop', token)).status, 200);
    t.equal((await ask('GET /bank', token)).status, 401);
    t.equal((await ask('GET /other', token)).status, 401);
  }
});
