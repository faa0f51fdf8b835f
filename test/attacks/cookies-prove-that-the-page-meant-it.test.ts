import t from 'tap';
import { key, mint } from '../support/jwt.ts';
import { onBothStores, redisClient, setStage } from '../support/stage.ts';

const TOKEN = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
const signer = key('ES256');
const YAML = `authenticators:
  token: { type: redis-token, in: cookie, name: key }
  jwt: { type: jwt, in: cookie, name: jwt, algorithms: [HS256], secret: '\${SECRET}' }
  bearer: { type: redis-token }
defaults: { authenticate: [token, jwt, bearer] }
routes:
  - { path: /me, forward: shop }
  - { path: /hook, csrf_exempt: true, forward: shop }
`;
const records = { 'token:t': { id: 7 } };

onBothStores('a credential in a cookie changes nothing without proof', async (t, stage) => {
  const secret = 'x'.repeat(32);
  const { ask, gateway, upstream } = await stage(t, YAML, { records, env: { SECRET: secret } });
  const host = `127.0.0.1:${gateway.port}`;
  const good = { Cookie: `key=t; csrftoken=${TOKEN}`, 'X-CSRFToken': TOKEN };
  t.equal((await ask('GET /me', { Cookie: 'key=t' })).status, 200, 'reading needs no proof');
  t.equal((await ask('POST /me', good)).status, 200);
  t.equal((await ask('POST /me', { ...good, Origin: `http://${host}` })).status, 200, 'the own origin');
  const admitted = upstream.requests.length;
  const refused = [
    { Cookie: 'key=t' },
    { Cookie: `key=t; csrftoken=${TOKEN}` },
    { ...good, 'X-CSRFToken': OTHER },
    { ...good, Origin: 'https://elsewhere.example' },
    { ...good, Origin: 'null' },
    { ...good, Origin: `https://${host}` },
    { ...good, Cookie: `key=t; csrftoken=${OTHER}; csrftoken=${TOKEN}` },
  ];
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const headers of refused) {
      t.equal((await ask(`${method} /me`, headers)).status, 403, `${method} ${JSON.stringify(headers)}`);
    }
  }
  t.equal(upstream.requests.length, admitted, 'nothing arrived');
  t.equal(
    (await ask('POST /me', { Authorization: 'Token t' })).status,
    200,
    'a header no page can send by itself',
  );
  t.equal((await ask('POST /hook', { Cookie: 'key=t' })).status, 200, 'where the route says so');
});

t.test('a JWT in a cookie is no different', async (t) => {
  const yaml = YAML.replace("algorithms: [HS256], secret: '${SECRET}'", "algorithms: [ES256], key: '${KEY}'");
  const { ask } = await setStage(t, yaml, { records, env: { KEY: signer.publicPem } });
  const Cookie = `jwt=${await mint(signer, { sub: '7' })}`;
  t.equal((await ask('GET /me', { Cookie })).status, 200);
  t.equal((await ask('POST /me', { Cookie })).status, 403);
  const proven = { Cookie: `${Cookie}; csrftoken=${TOKEN}`, 'X-CSRFToken': TOKEN };
  t.equal((await ask('POST /me', proven)).status, 200);
});

t.test('made-up sessions are nobody, and leave nothing behind', async (t) => {
  const redis = await redisClient(t);
  const { ask, upstream } = await setStage(
    t,
    'authenticators: { session: { type: django-session } }\nroutes: [{ path: /me, authenticate: [session], forward: shop }]\n',
    { redis },
  );
  const made = Array.from({ length: 200 }, (_, index) => index.toString(36).padStart(32, 'k'));
  const statuses = await Promise.all(
    made.map(async (id) => (await ask('GET /me', { Cookie: `sessionid=${id}` })).status),
  );
  t.same([...new Set(statuses)], [403]);
  t.equal(await redis.dbsize(), 0, 'no key is made');
  t.same(upstream.requests, []);
});

t.test('a session that holds a program is nobody’s, and the program does not run', async (t) => {
  const redis = await redisClient(t);
  const { ask, gateway } = await setStage(
    t,
    'authenticators: { session: { type: django-session } }\nroutes: [{ path: /me, authenticate: [session], forward: shop }]\n',
    { redis },
  );
  const id = 'p'.repeat(32);
  // What pickle.dumps makes of an object whose __reduce__ is (os.system, ('id',)).
  const hostile = Buffer.from(
    '80049521000000000000008c05706f736978948c0673797374656d9493948c02696494859452942e',
    'hex',
  );
  await redis.set(`:1:django.contrib.sessions.cache${id}`, hostile);
  t.equal((await ask('GET /me', { Cookie: `sessionid=${id}` })).status, 403);
  t.ok(gateway.log.some(({ msg }) => msg === 'session cannot be read'));
});
