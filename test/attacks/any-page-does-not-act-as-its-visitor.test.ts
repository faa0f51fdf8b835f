import t from 'tap';
import { setStage } from '../support/stage.ts';
import { openWebSocket } from '../support/websocket.ts';

// RFC 6455 §10.2: browsers send cookies with the upgrade of any page, and `credentials: false` does not hold them back.

const EVIL = 'https://evil.example';
const NAMED = 'https://app.example.com';
const YAML = `authenticators:
  cookie: { type: redis-token, in: cookie, name: sid, csrf: off }
  session: { type: django-session, csrf: off }
  jwt: { type: jwt, in: cookie, name: jwt, csrf: off, algorithms: [HS256], secret: '\${SECRET}' }
  query: { type: redis-token, in: query, name: t }
  header: { type: redis-token }
defaults: { authenticate: [cookie, session, jwt, query, header], permit: anyone }
routes:
  - { path: /all, cors: { origins: ['*'] }, forward: { upstream: shop, websocket: true } }
  - { path: /both, cors: { origins: ['*', '${NAMED}'] }, forward: { upstream: shop, websocket: true } }
  - { path: /named, cors: { origins: ['${NAMED}'], credentials: true }, forward: { upstream: shop, websocket: true } }
`;

const SESSION = 'a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6';
t.test('a cookie opens a WebSocket for pages that are named, whatever else may read replies', async (t) => {
  const { gateway, upstream } = await setStage(t, YAML, {
    env: { SECRET: 'x'.repeat(32) },
    records: {
      'token:good': { id: 7 },
      [`:1:django.contrib.sessions.cache${SESSION}`]: { _auth_user_id: '7' },
    },
  });
  const open = async (target: string, ...headers: [string, string][]) => {
    const { response, raw } = await openWebSocket(gateway.port, target, headers);
    raw.destroy();
    return response.status;
  };
  const own = `http://127.0.0.1:${gateway.port}`;
  for (const cookie of ['sid=good', `sessionid=${SESSION}`, `sid=good; a=b`]) {
    for (const [path, origin, status] of [
      ['/all', EVIL, 403],
      ['/all', 'null', 403],
      ['/both', EVIL, 403],
      ['/both', NAMED, 101],
      ['/named', EVIL, 403],
      ['/named', NAMED, 101],
      ['/all', own, 101],
    ] as const)
      t.equal(
        await open(path, ['Cookie', cookie], ['Origin', origin]),
        status,
        `${path} ${origin} ${cookie}`,
      );
    t.equal(await open('/all', ['Cookie', cookie]), 101, 'a program sends no Origin');
  }
  t.notOk(
    upstream.requests.some((request) => request.header('origin').includes(EVIL)),
    'none reached the backend',
  );
  t.equal(await open('/all', ['Origin', EVIL]), 101, 'without a credential it is nobody');
  t.equal(await open('/all?t=good', ['Origin', EVIL]), 101, 'a credential that the page itself knows');
  t.equal(await open('/all', ['Origin', EVIL], ['Authorization', 'Token good']), 101);
  const refused = (await gateway.lines(1)).find(({ code }) => code === 'foreign_origin');
  t.match(refused?.reason, /the credential is in a cookie, and "\*" names no origin/);
});
