import t from 'tap';
import { madePrivate } from '../../src/forward/cache-control.ts';
import { setStage } from '../support/stage.ts';
import { answer } from '../support/upstream.ts';

const SESSION = 'a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6';

t.test('a reply says what of the request it depends on', async (t) => {
  const yaml = `trusted_proxies: [127.0.0.1]
authenticators:
  cookie: { type: redis-token, in: cookie, name: sid, csrf: off }
  key: { type: redis-token, name: X-Api-Key }
  session: { type: django-session, csrf: off }
  token: { type: redis-token }
  query: { type: redis-token, in: query }
  jwt: { type: jwt, name: X-Jwt, algorithms: [HS256], secret: "${'x'.repeat(32)}" }
  proxy: { type: remote-user }
routes:
  - { path: /cookie, authenticate: [cookie], permit: anyone, forward: shop }
  - { path: /key, authenticate: [key], permit: anyone, forward: shop }
  - { path: /session, authenticate: [session], permit: anyone, forward: shop }
  - { path: /token, authenticate: [token], permit: anyone, forward: shop }
  - { path: /query, authenticate: [query], permit: anyone, forward: shop }
  - { path: /jwt, authenticate: [jwt], permit: anyone, forward: shop }
  - { path: /proxy, authenticate: [proxy], permit: anyone, forward: shop }
  - { path: /many, authenticate: [token, cookie, key, session], permit: anyone, cors: { origins: ['https://a.example'] }, forward: shop }
  - { path: /closed, authenticate: [key, cookie], permit: authenticated, forward: shop }
`;
  let vary: [string, string][] = [];
  const { ask } = await setStage(t, yaml, {
    records: { 'token:good': { id: 7 } },
    upstream: { reply: () => answer(200, 'x', [['Cache-Control', 'public, max-age=60'], ...vary]) },
  });
  const of = async (path: string, headers = {}) => (await ask(`GET ${path}`, headers)).header('vary');
  t.same(await of('/cookie', { Cookie: 'sid=good' }), ['Cookie']);
  t.same(await of('/cookie'), ['Cookie'], 'nobody’s reply is not somebody’s');
  t.same(await of('/key', { 'X-Api-Key': 'good' }), ['x-api-key']);
  t.same(await of('/session', { Cookie: `sessionid=${SESSION}` }), ['Cookie']);
  t.same(await of('/jwt'), ['x-jwt']);
  t.same(await of('/proxy', { 'X-Remote-User': 'ada' }), [], 'what a proxy says is the proxy’s to name');
  t.same(await of('/token'), [], 'caches know Authorization');
  t.same(await of('/query?token=good'), [], 'and the URL');
  t.same(await of('/closed'), ['x-api-key, Cookie'], 'a refusal does, too');

  t.same(await of('/many'), ['Origin, Cookie, x-api-key'], 'each once');
  t.same(
    await of('/many', { Authorization: 'Token good' }),
    ['Origin'],
    'who is known is not looked for further',
  );
  vary = [
    ['Vary', 'Accept, cookie'],
    ['vary', 'Accept-Language'],
  ];
  t.same(
    await of('/many'),
    ['Accept, cookie, Accept-Language, Origin, x-api-key'],
    'joined to the backend’s own',
  );
  t.same(await of('/token'), ['Accept, cookie', 'Accept-Language'], 'which is left as it is otherwise');
  vary = [['Vary', '*']];
  t.same(await of('/many'), ['*']);
});

t.test('cache: private keeps replies out of caches that serve others', async (t) => {
  const said: [string, string][] = [
    ['Cache-Control', 'public, max-age=60'],
    ['cache-control', 's-maxage=600'],
    ['Surrogate-Control', 'max-age=3600'],
    ['CDN-Cache-Control', 'max-age=3600'],
    ['X-Accel-Expires', '3600'],
    ['ETag', '"a"'],
  ];
  const { ask } = await setStage(
    t,
    `authenticators: { token: { type: redis-token } }
defaults: { cache: private, permit: anyone }
routes:
  - { path: /mine, authenticate: [token], permit: authenticated, forward: shop }
  - { path: /plain, forward: plain }
upstreams: { shop: '\${SHOP}', plain: { type: echo } }
`,
    { records: { 'token:good': { id: 7 } }, upstream: { reply: () => answer(200, 'x', said) } },
  );
  const mine = await ask('GET /mine', { Authorization: 'Token good' });
  t.same(mine.header('cache-control'), ['private, max-age=60']);
  for (const name of ['surrogate-control', 'cdn-cache-control', 'x-accel-expires'])
    t.same(mine.header(name), [], name);
  t.same(mine.header('etag'), ['"a"']);
  const refused = await ask('GET /mine');
  t.same([refused.status, refused.header('cache-control')], [401, ['private']]);
  t.same((await ask('GET /plain')).header('cache-control'), ['private'], 'where the backend says nothing');
});

t.test('what private leaves of Cache-Control', async (t) => {
  const cases: [values: string[], made: string][] = [
    [[], 'private'],
    [[''], 'private'],
    [['no-store'], 'private, no-store'],
    [['Public, MAX-AGE=5'], 'private, MAX-AGE=5'],
    [['max-age=5, s-maxage = 9', 'proxy-revalidate'], 'private, max-age=5'],
    [['private="set-cookie", no-cache="a, public, b"'], 'private, no-cache="a, public, b"'],
    [['x="a\\",public", public'], 'private, x="a\\",public"'],
  ];
  for (const [values, made] of cases) t.equal(madePrivate(values), made, values.join(' | '));
});

t.test('a login behind a session that is over is not undone', async (t) => {
  const fresh = 'sessionid=b1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6; Path=/';
  let cookies: string[] = [];
  const { ask } = await setStage(
    t,
    `authenticators: { session: { type: django-session, csrf: off } }
routes: [{ path: /login, authenticate: [session], permit: anyone, forward: shop }]
`,
    {
      upstream: {
        reply: () =>
          answer(
            200,
            'x',
            cookies.map((cookie) => ['Set-Cookie', cookie]),
          ),
      },
    },
  );
  const login = () => ask('POST /login', { Cookie: `sessionid=${SESSION}` });
  t.match((await login()).header('set-cookie'), [/^sessionid="";/], 'the old one ends');
  cookies = [fresh];
  t.same((await login()).header('set-cookie'), [fresh], 'unless the app has set it anew');
  cookies = ['other=1'];
  t.match((await login()).header('set-cookie'), ['other=1', /^sessionid="";/]);
});
