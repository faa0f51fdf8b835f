import t from 'tap';
import { startGateway } from '../support/gateway.ts';
import { json, onBothStores, setStage } from '../support/stage.ts';

const routes = `routes:
  - { path: /me, authenticate: [sso], permit: authenticated, forward: shop }
  - { path: /staff, authenticate: [sso], permit: staff, forward: shop }
  - { path: /both, authenticate: [sso, token], permit: authenticated, forward: shop }
  - { path: /open, authenticate: [], permit: anyone, forward: { upstream: shop, keep_credential: true }, allow: [underscore_headers] }
`;
const authenticators = (more = '') =>
  `authenticators: { token: { type: redis-token }, sso: { type: remote-user${more} } }\n`;
const TRUSTING = 'trusted_proxies: [127.0.0.1]\n';
const NOBODY = { detail: 'Authentication credentials were not provided.' };

onBothStores('a trusted proxy says who it is', async (t, stage) => {
  const { ask, upstream } = await stage(t, `${TRUSTING}${authenticators()}${routes}`);
  t.equal((await ask('GET /me', { 'x-remote-user': 'ada@example.org' })).status, 200);
  const received = await upstream.next();
  t.same(received.header('x-user'), ['ada@example.org']);
  t.same(received.header('x-remote-user'), []);

  for (const headers of [{}, { 'X-Remote-User': '' }, { 'X-Remote-User': 'two words' }]) {
    const refused = await ask('GET /me', headers);
    t.same([refused.status, json(refused)], [403, NOBODY], 'nobody, and no challenge to name');
    t.same(refused.header('www-authenticate'), []);
  }
  t.equal(upstream.requests.length, 1);
});

onBothStores('of anybody else the header is not believed', async (t, stage) => {
  const elsewhere = 'trusted_proxies: [192.0.2.1]\n';
  const { ask, upstream } = await stage(t, `${elsewhere}${authenticators()}${routes}`, {
    records: { 'token:abc': { id: 7 } },
  });
  const lies = { 'X-Remote-User': 'root', 'X-Forwarded-For': '192.0.2.1' };
  const refused = await ask('GET /me', lies);
  t.same([refused.status, json(refused)], [403, NOBODY]);
  t.equal((await ask('GET /both', { ...lies, Authorization: 'Token abc' })).status, 200);
  const received = await upstream.next();
  t.same(received.header('x-user'), ['7'], 'the next authenticator is asked');
  t.same(received.header('x-remote-user'), []);
});

t.test('the header reaches no upstream, in no spelling and on no route', async (t) => {
  for (const trusted of [TRUSTING, 'trusted_proxies: [192.0.2.1]\n']) {
    const { ask, upstream } = await setStage(t, `${trusted}${authenticators()}${routes}`);
    for (const name of ['X-Remote-User', 'x-remote-user', 'X_Remote_User', 'x-remote_USER']) {
      t.equal((await ask('GET /open', { [name]: 'root' })).status, 200, name);
      const { headers } = await upstream.next();
      t.notOk(
        headers.some(([, value]) => value === 'root'),
        name,
      );
    }
  }
});

t.test('a name that stands twice is refused: one of them may be the client', async (t) => {
  const { ask, upstream, gateway } = await setStage(t, `${TRUSTING}${authenticators()}${routes}`);
  const twice = await ask('GET /me', { 'X-Remote-User': ['root', 'ada'] });
  t.same([twice.status, json(twice)], [403, { detail: 'Incorrect authentication credentials.' }]);
  t.match(await gateway.lines(1), [{ reason: 'sso: more than one header x-remote-user' }]);
  for (const joined of ['root, ada', 'root,ada'])
    t.equal((await ask('GET /me', { 'X-Remote-User': joined })).status, 403, joined);
  t.equal(upstream.requests.length, 0);
});

onBothStores('where users are looked up, the record says what they may', async (t, stage) => {
  const more = ", header: Remote-User, key: 'user:{username}'";
  const { ask, upstream } = await stage(t, `${TRUSTING}${authenticators(more)}${routes}`, {
    records: {
      'user:root': { id: 1, is_staff: true },
      'user:ada': { id: 2, username: 'ada' },
      'user:dot': { id: 3, is_active: false, is_staff: true },
    },
  });
  t.equal((await ask('GET /staff', { 'Remote-User': 'root' })).status, 200);
  t.same((await upstream.next()).header('x-user'), ['1']);
  t.equal((await ask('GET /staff', { 'Remote-User': 'ada' })).status, 403);
  for (const nobody of ['dot', 'zoe', 'a:b']) {
    const refused = await ask('GET /staff', { 'Remote-User': nobody });
    t.same([refused.status, json(refused)], [403, NOBODY], nobody);
  }
  const next = await ask('GET /both', { 'Remote-User': 'dot', Authorization: 'Token x' });
  t.same(json(next), { detail: 'Invalid token.' }, 'whom nobody knows is nobody: the next is asked');
});

t.test('what cannot be safe is refused at load', async (t) => {
  const file = (trusted: string, more = '') =>
    `store: memory\nupstreams: { shop: { type: echo } }\n${trusted}${authenticators(more)}${routes}`;
  await t.rejects(startGateway(file('')), /list the proxies that do in "trusted_proxies"/);
  await t.rejects(startGateway(file(TRUSTING, ', header: Authorization')), /a header of its own/);
  await t.rejects(startGateway(file(TRUSTING, ', header: X_Remote_User')), /a header of its own/);
  const wrong: Error = await startGateway(file('trusted_proxies: [nowhere]\n')).then(
    () => new Error('it started'),
    (error: Error) => error,
  );
  t.match(wrong.message, /not a network/);
  t.notMatch(wrong.message, /list the proxies/, 'one mistake is told once');
});
