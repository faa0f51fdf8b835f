import { sessionHash } from '../../src/django/session-hash.ts';
import { onBothStores, type StageOptions } from '../support/stage.ts';

const KEY = 'a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6';
const cookie = { Cookie: `sessionid=${KEY}` };
const at = (key: string, engine = 'cache') => `:1:django.contrib.sessions.${engine}${key}`;

const HASH = 'pbkdf2_sha256$1$salt$hash';
const SECRET = 'the SECRET_KEY of a Django project';

/** One route for everybody and one for users, behind one kind of session. */
const yaml = (options: string, more = '') => `${more}
authenticators: { session: { type: django-session, ${options} } }
defaults: { authenticate: [session] }
routes:
  - { path: /open, permit: anyone, forward: shop }
  - { path: /me, forward: shop }
`;
const OPEN = yaml('csrf: off');
const CHECKED = yaml(`csrf: off, secret_key: "${SECRET}"`, `users: { key: 'user:{id}' }`);

const hashed = (password: string) => ({ _auth_user_id: '7', _auth_user_hash: sessionHash(password, SECRET) });
const ENDED = 'sessionid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax';

onBothStores('a session that is surely over ends in the browser too', async (t, stage) => {
  const gone = await stage(t, OPEN);
  const answer = await gone.ask('GET /open', cookie);
  t.same(
    [answer.status, answer.header('set-cookie')],
    [200, [ENDED]],
    'Redis has every session of this engine',
  );
  t.same((await gone.ask('GET /me', cookie)).header('set-cookie'), [ENDED]);
  const empty = await stage(t, OPEN, { records: { [at(KEY)]: '' } });
  t.same((await empty.ask('GET /open', cookie)).header('set-cookie'), [ENDED], 'an empty value');
  t.same(
    (await gone.ask('GET /open', { Cookie: 'sessionid=short' })).header('set-cookie'),
    [ENDED],
    'no key of Django',
  );

  const changed = await stage(t, CHECKED, {
    records: { 'user:7': { password: 'pbkdf2_sha256$1$salt$other' }, [at(KEY)]: hashed(HASH) },
  });
  t.same((await changed.ask('GET /open', cookie)).header('set-cookie'), [ENDED], 'the password has changed');
});

const UNSURE: readonly [what: string, yaml: string, options: StageOptions, reason: RegExp][] = [
  ['what no serializer wrote', OPEN, { records: { [at(KEY)]: '\u0001\u0002\u0003' } }, /cannot be read/],
  [
    'another serializer',
    yaml('csrf: off, serializer: msgpack'),
    { records: { [at(KEY)]: hashed(HASH) } },
    /cannot be read/,
  ],
  ['no dict', OPEN, { records: { [at(KEY)]: '[1, 2]' } }, /cannot be read/],
  ['a session that only the database has', yaml('csrf: off, engine: cached_db'), {}, /database/],
  [
    'another form of key beside a database',
    yaml('csrf: off, engine: cached_db, cookie: sessionid'),
    {},
    /database/,
  ],
  [
    'a record without a password',
    CHECKED,
    { records: { 'user:7': { username: 'ada' }, [at(KEY)]: hashed(HASH) } },
    /no password/,
  ],
  ['a user without a record', CHECKED, { records: { [at(KEY)]: hashed(HASH) } }, /no such user/],
  ['nobody logged in', OPEN, { records: { [at(KEY)]: { cart: [1] } } }, /no user/],
  ['an empty user id', OPEN, { records: { [at(KEY)]: { _auth_user_id: '' } } }, /no user/],
];

for (const [what, file, options, reason] of UNSURE) {
  onBothStores(`${what}: nobody is known here, and the cookie stays`, async (t, stage) => {
    const { ask, upstream, gateway } = await stage(t, file, options);
    const open = await ask('GET /open', cookie);
    t.same([open.status, open.header('set-cookie')], [200, []]);
    t.same(upstream.requests[0]?.header('x-user'), []);
    t.same(upstream.requests[0]?.header('cookie'), [cookie.Cookie], 'Django may know better');
    const closed = await ask('GET /me', cookie);
    t.same([closed.status, closed.header('set-cookie')], [403, []]);
    t.match(JSON.stringify((await gateway.lines(2))[1]), reason);
  });
}

onBothStores('a session whose hash fits the password is its user', async (t, stage) => {
  const records = { 'user:7': { password: HASH }, [at(KEY)]: hashed(HASH) };
  const { ask, upstream } = await stage(t, CHECKED, { records });
  t.equal((await ask('GET /me', cookie)).status, 200);
  t.same(upstream.requests[0]?.header('x-user'), ['7']);
});

onBothStores('the end of a cookie has the attributes that it was set with', async (t, stage) => {
  const endOf = async (options: string, name = 'sessionid') => {
    const { ask } = await stage(t, yaml(`csrf: off, ${options}`));
    return (await ask('GET /open', { Cookie: `${name}=${KEY}` })).header('set-cookie');
  };
  const gone = 'expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0';
  t.same(await endOf('cookie_domain: .example.com, cookie_path: /app'), [
    `sessionid=""; Domain=.example.com; ${gone}; Path=/app; SameSite=Lax`,
  ]);
  t.same(await endOf('cookie_samesite: None'), [`sessionid=""; ${gone}; Path=/; SameSite=None; Secure`]);
  t.same(await endOf('cookie_samesite: false'), [`sessionid=""; ${gone}; Path=/`]);
  t.same(await endOf('cookie: __Host-sid', '__Host-sid'), [
    `__Host-sid=""; ${gone}; Path=/; SameSite=Lax; Secure`,
  ]);
});

onBothStores(
  'a cookie that arrives twice with one value is one, and its name may hold a dot',
  async (t, stage) => {
    const records = { [at(KEY)]: { _auth_user_id: '7' } };
    const { ask, upstream } = await stage(t, yaml('csrf: off, cookie: shop.sid'), { records });
    t.equal((await ask('GET /me', { Cookie: `shop.sid=${KEY}; a=b; shop.sid=${KEY}` })).status, 200);
    t.same(upstream.requests[0]?.header('cookie'), ['a=b'], 'neither reaches the app');
    const other = KEY.replace('a', 'b');
    const two = await ask('GET /open', { Cookie: `shop.sid=${KEY}; shop.sid=${other}` });
    t.same([two.status, two.header('set-cookie')], [403, []], 'two sessions are ambiguous');
  },
);

for (const django of [3, 4]) {
  onBothStores(
    `CSRF_USE_SESSIONS: the token in the session is the proof (Django ${django})`,
    async (t, stage) => {
      const token = 'c'.repeat(32);
      const records = {
        [at(KEY)]: { _auth_user_id: '7', _csrftoken: token },
        [at(KEY.replace('a', 'b'))]: { _auth_user_id: '7' },
      };
      const { ask } = await stage(t, yaml(`csrf: { django: ${django}, use_sessions: true }`), { records });
      const post = (headers: Record<string, string>) => ask('POST /me', { ...cookie, ...headers });
      t.equal((await post({ 'X-CSRFToken': token })).status, 200);
      t.equal((await post({})).status, 403, 'no token');
      t.equal((await post({ 'X-CSRFToken': 'd'.repeat(32) })).status, 403, 'another token');
      const forged = {
        Cookie: `${cookie.Cookie}; csrftoken=${'d'.repeat(32)}`,
        'X-CSRFToken': 'd'.repeat(32),
      };
      t.equal((await post(forged)).status, 403, 'a cookie proves nothing here');
      const without = { Cookie: `sessionid=${KEY.replace('a', 'b')}`, 'X-CSRFToken': token };
      const none = await ask('POST /me', without);
      t.match([none.status, none.body.toString()], [403, /CSRF cookie not set/], 'in Django’s words');
    },
  );
}
