import t from 'tap';
import { startIssuer } from '../support/jwks.ts';
import { key, mint } from '../support/jwt.ts';
import { setStage } from '../support/stage.ts';

const [known, young] = [key('ES256', 'known'), key('ES256', 'young')];

t.test(
  'an issuer that hangs, under a flood of unknown keys: known keys serve on, and it is asked once',
  async (t) => {
    const issuer = await startIssuer([known]);
    t.teardown(() => issuer.close());
    const { ask, clock, upstream } = await setStage(
      t,
      `
guard: off
authenticators: { jwt: { type: jwt, algorithms: [ES256], jwks: '${issuer.url}' } }
routes: [{ path: /x, authenticate: [jwt], forward: shop }]
`,
    );
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
    const tokenOf = async (by: typeof known) => {
      const now = Math.floor(clock.now() / 1_000);
      return bearer(await mint(by, { sub: by.kid, iat: now, exp: now + 60 }));
    };
    t.equal((await ask('GET /x', await tokenOf(known))).status, 200);
    t.equal(issuer.hits, 1);

    issuer.respond('hang');
    clock.advance(11 * 60_000);
    const good = await tokenOf(known);
    const strange = await Promise.all(
      Array.from({ length: 10 }, (_, n) => tokenOf(key('ES256', `strange-${n}`))),
    );
    const flood = Promise.all(Array.from({ length: 200 }, (_, n) => ask('GET /x', strange[n % 10])));
    // Those that need no new key do not wait for it.
    for (let time = 0; time < 50; time++) t.equal((await ask('GET /x', good)).status, 200);
    t.equal(issuer.hits, 2, 'one fetch for all of them');
    t.same(
      [...new Set((await flood).map(({ status }) => status))],
      [503],
      'nobody can say that they are wrong',
    );
    t.equal(issuer.hits, 2);

    await issuer.close();
    t.equal((await ask('GET /x', good)).status, 200, 'kept while the issuer is gone');
    const successor = await startIssuer([young, known], issuer.port);
    t.teardown(() => successor.close());
    clock.advance(1_000);
    t.equal((await ask('GET /x', await tokenOf(young))).status, 200, 'and fetched anew when it is back');
    t.equal((await ask('GET /x', strange[0])).status, 401);
    t.equal(successor.hits, 1);
    t.same([...new Set(upstream.requests.map((each) => each.header('x-user').join()))], ['known', 'young']);
  },
);
