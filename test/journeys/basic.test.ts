import { pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import t from 'tap';
import { startGateway } from '../support/gateway.ts';
import type { Response } from '../support/raw.ts';
import { startRedis } from '../support/redis.ts';
import { json, onBothStores, redisClient, setStage } from '../support/stage.ts';

function hashed(password: string, salt = 'salt', rounds = 1000): string {
  const hash = pbkdf2Sync(password, salt, rounds, 32, 'sha256').toString('base64');
  return `pbkdf2_sha256$${rounds}$${salt}$${hash}`;
}

function login(text: string, encoding: BufferEncoding = 'utf8'): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(text, encoding).toString('base64')}` };
}

const BASIC = `authenticators: { basic: { type: basic, key: 'basic:{username}' } }
routes:
  - { path: /me, authenticate: [basic], permit: authenticated, forward: shop, identify: { X-User: '{user.id}', X-User-All: [id, username, password, is_staff] } }
  - { path: /staff, authenticate: [basic], permit: staff, forward: shop }
  - { path: /open, authenticate: [basic], permit: anyone, forward: shop }
  - { path: /keep, authenticate: [basic], permit: authenticated, forward: { upstream: shop, keep_credential: true } }
`;
const records = {
  'basic:ada': { id: 7, username: 'ada', password: hashed('ada-secret') },
  'basic:gíl': { id: 8, password: hashed('pä:ss wörd'), is_staff: true },
  'basic:dot': { id: 9, password: hashed('dot-secret'), is_active: false },
  'basic:weak': { id: 10, password: 'md5$salt$5f4dcc3b5aa765d61d8327deb882cf99' },
  'basic:none': { id: 11, password: '!kJ8sd' },
  'basic:bare': '12',
  'basic:noid': { password: hashed('x') },
  'other:ada': { id: 99, password: hashed('other') },
};
const WRONG = 'Invalid username/password.';

onBothStores('a password is checked, and neither it nor its hash goes on', async (t, stage) => {
  const { ask, upstream, gateway } = await stage(t, BASIC, { records });
  t.equal((await ask('GET /me', login('ada:ada-secret'))).status, 200);
  const received = await upstream.next();
  t.same(received.header('authorization'), []);
  t.same(received.header('x-user'), ['7']);
  t.same(JSON.parse(received.header('x-user-all')[0] ?? ''), { id: '7', username: 'ada', is_staff: false });
  t.equal((await ask('GET /keep', login('ada:ada-secret'))).status, 200);
  t.same((await upstream.next()).header('authorization'), [login('ada:ada-secret').Authorization]);
  t.equal((await ask('GET /me', login('ada:wr0ng'))).status, 401);
  const written = JSON.stringify(gateway.log);
  t.notMatch(written, /ada-secret|wr0ng|pbkdf2|YWRhOm/);
  t.match(await gateway.lines(3), [{ by: 'basic', user: '7' }, {}, { reason: 'basic: wrong password' }]);
});

onBothStores('UTF-8 first, then Latin-1; the first colon ends the name', async (t, stage) => {
  const { ask } = await stage(t, BASIC, { records });
  t.equal((await ask('GET /staff', login('gíl:pä:ss wörd'))).status, 200);
  t.equal((await ask('GET /staff', login('gíl:pä:ss wörd', 'latin1'))).status, 200);
  t.equal((await ask('GET /staff', login('gíl:pä:ss wörd', 'utf16le'))).status, 401);
  t.equal((await ask('GET /staff', login('ada:ada-secret'))).status, 403);
});

onBothStores('what is wrong with the header is told as REST framework tells it', async (t, stage) => {
  const { ask, upstream } = await stage(t, BASIC, { records });
  const good = login('ada:ada-secret').Authorization?.slice(6) ?? '';
  const cases: [string, string][] = [
    ['Basic', 'Invalid basic header. No credentials provided.'],
    ['basic ', 'Invalid basic header. No credentials provided.'],
    [`Basic ${good} x`, 'Invalid basic header. Credentials string should not contain spaces.'],
    ['Basic abc', 'Invalid basic header. Credentials not correctly base64 encoded.'],
    ['Basic YWRh', WRONG],
    ['Basic ====', WRONG],
    ['Basic Og==', WRONG],
    ['Bearer x', 'Authentication credentials were not provided.'],
    [`Basic${good}`, 'Authentication credentials were not provided.'],
  ];
  for (const [authorization, detail] of cases) {
    const refused = await ask('GET /me', { Authorization: authorization });
    t.equal(refused.status, 401, authorization);
    t.same(refused.header('www-authenticate'), ['Basic realm="api"']);
    t.same(json(refused), { detail });
  }
  t.equal((await ask('GET /open')).status, 200);
  t.equal((await ask('GET /open', login('ada:no'))).status, 401, 'a bad one is refused everywhere');
  t.equal(upstream.requests.length, 1);
  for (const form of [`bAsIc ${good}`, `Basic \t ${good}`, `Basic -_!${good}==`])
    t.equal((await ask('GET /me', { Authorization: form })).status, 200, form);
});

onBothStores('whoever may not log in reads the same, and the operator reads why', async (t, stage) => {
  const { ask, gateway } = await stage(t, BASIC, { records });
  const cases: [string, string][] = [
    ['ADA:ada-secret', 'no such user'],
    ['nobody:x', 'no such user'],
    ['dot:dot-secret', 'user is inactive'],
    ['weak:password', 'password hash is too weak to be used'],
    ['none:', 'wrong password'],
    ['bare:', 'user has no password'],
    [':ada-secret', 'no such user'],
    ['ada\0:ada-secret', 'no such user'],
    ['../other:ada:other', 'no such user'],
    [`${'a'.repeat(151)}:x`, 'no such user'],
  ];
  for (const [index, [text, reason]] of cases.entries()) {
    const refused = await ask('GET /me', login(text));
    t.same([refused.status, json(refused)], [401, { detail: WRONG }], text);
    t.match((await gateway.lines(index + 1)).at(-1), { reason: `basic: ${reason}` });
  }
  t.equal((await ask('GET /me', login('noid:x'))).status, 503, 'a name is not taken for an id');
});

t.test('a password that is changed, and a user who is stopped, are refused at once', async (t) => {
  const redis = await redisClient(t);
  const { ask } = await setStage(t, BASIC, { records, redis });
  t.equal((await ask('GET /me', login('ada:ada-secret'))).status, 200);
  await redis.set('basic:ada', JSON.stringify({ id: 7, password: hashed('new', 'other') }));
  t.equal((await ask('GET /me', login('ada:ada-secret'))).status, 401);
  t.equal((await ask('GET /me', login('ada:new'))).status, 200);
  await redis.set('basic:ada', JSON.stringify({ id: 7, password: hashed('new', 'other'), is_active: false }));
  t.equal((await ask('GET /me', login('ada:new'))).status, 401);
  await redis.del('basic:ada');
  await redis.hset('basic:ada', { id: '7', password: hashed('hash') });
  t.equal((await ask('GET /me', login('ada:hash'))).status, 200, 'a Redis hash is a record too');
  await redis.del('basic:ada');
  t.equal((await ask('GET /me', login('ada:hash'))).status, 401);
});

/** A gateway whose users stand in a file of this text. */
function withFile(text: string): { yaml: string; file: string } {
  const file = join(mkdtempSync(join(tmpdir(), 'postern-basic-')), 'users.yaml');
  writeFileSync(file, text);
  const yaml = `authenticators: { basic: { type: basic, file: ${file}, realm: back office } }
routes: [{ path: /me, authenticate: [basic], permit: { group: editors }, forward: shop }]\n`;
  return { yaml, file };
}

t.test('users of a file: a hash alone, or a record', async (t) => {
  const { yaml } = withFile(`
ada: ${hashed('ada-secret')}
ben: { password: "${hashed('ben-secret')}", id: 3, groups: [editors] }
dot: { password: "${hashed('dot-secret')}", is_active: false }
off: { groups: [editors] }
`);
  const { ask, upstream } = await setStage(t, yaml);
  t.equal((await ask('GET /me', login('ben:ben-secret'))).status, 200);
  t.same(upstream.requests[0]?.header('x-user'), ['3']);
  t.equal((await ask('GET /me', login('ada:ada-secret'))).status, 403);
  for (const text of ['ada:no', 'dot:dot-secret', 'off:', 'zoe:x', 'constructor:x'])
    t.equal((await ask('GET /me', login(text))).status, 401, text);
  t.same((await ask('GET /me')).header('www-authenticate'), ['Basic realm="back office"']);
});

t.test('a file that cannot be used is refused, and nothing of it is shown', async (t) => {
  const cases: [string, RegExp][] = [
    ['ada: s3cret-plain', /"ada" has a password that is no Django hash/],
    ['ada: 5', /"ada" is neither a password hash nor a map/],
    ['- ada', /a map of users by name/],
    ['ada: &a { id: 1 }\nben: *a', /aliases .* are not allowed/],
    ['', /a map of users by name/],
    ['ada: [s3cret', /line 1 cannot be read/],
    [`ada: ${hashed('a')}\nada: ${hashed('s3cret')}`, /line 2 cannot be read/],
    [`ada: { id: 5 }\nben: { pk: 5 }`, /"ben" has the id of "ada"/],
    [`'5': ${hashed('a')}\nben: { id: 5 }`, /"ben" has the id of "5"/],
    ['ada: { is_staff: s3cret }', /"ada" cannot be read: is_staff/],
    ['ada: { id: 9007199254740993 }', /"ada" cannot be read: id holds an integer beyond 2\^53/],
    ['ada: { account: { number: 9007199254740993 } }', /"ada" cannot be read: account/],
  ];
  for (const [text, message] of cases) {
    const error: Error = await startGateway(
      `upstreams: { shop: { type: echo } }\n${withFile(text).yaml}`,
    ).then(
      (gateway) => gateway.close().then(() => new Error('it started')),
      (problem: Error) => problem,
    );
    t.match(error.message, message, text);
    t.notMatch(error.message, /s3cret|pbkdf2_sha256\$1000/);
  }
});

t.test('what the file says of users must be one thing', async (t) => {
  const file = (options: string, store = 'store: memory\n') =>
    `${store}upstreams: { shop: { type: echo } }
authenticators: { basic: { type: basic${options} } }
routes: [{ path: /me, authenticate: [basic], permit: authenticated, forward: shop }]`;
  await t.rejects(startGateway(file('')), /"file" or "key"/);
  await t.rejects(startGateway(file(', file: a, key: "a:{username}"')), /not both/);
  await t.rejects(startGateway(file(', key: "{username}"')), /a beginning of its own/);
  await t.rejects(startGateway(file(', key: "basic:"')), /a beginning of its own/);
  await t.rejects(startGateway(file(', file: /nowhere/users.yaml')), /cannot read the file/);
  await t.rejects(startGateway(file(', key: "a:{username}"', '')), /needs a store/);
  await t.rejects(startGateway(file(`, key: "a:{username}", realm: 'a"b'`)), /a realm is/);
});

t.test(
  'a Redis that is gone is 503, never a wrong password; on some routes what it confirmed stands',
  async (t) => {
    const server = await startRedis();
    t.teardown(() => server.stop());
    const redis = new Redis(server.url);
    const stale = `  - { path: /stale, authenticate: [basic], permit: authenticated, forward: shop, on_store_error: stale 60s }\n`;
    const { ask } = await setStage(t, BASIC + stale, { records, redis });
    t.equal((await ask('GET /stale', login('ada:ada-secret'))).status, 200);
    redis.disconnect();
    await server.kill();
    const down = await ask('GET /me', login('ada:ada-secret'));
    t.same([down.status, ...down.header('retry-after')], [503, '1']);
    t.equal(
      (await ask('GET /me', { Authorization: 'Basic abc' })).status,
      401,
      'nothing was to be looked up',
    );
    t.equal((await ask('GET /stale', login('ada:ada-secret'))).status, 200);
    t.equal((await ask('GET /stale', login('ada:wrong'))).status, 401, 'the password counts all the same');
    t.equal((await ask('GET /stale', login('dot:dot-secret'))).status, 503, 'of whom nothing was confirmed');
  },
);

t.test('more passwords at once than one address may ask are 429, and none is believed', async (t) => {
  const { yaml } = withFile(
    `ada: { groups: [editors], password: "${hashed('ada-secret', 'salt', 50_000)}" }`,
  );
  const { ask, upstream, gateway } = await setStage(t, `${yaml}guard: off\n`);
  const asked = Array.from({ length: 60 }, (_, n) => ask('GET /me', login(`ada:${n}`)));
  const answers = await Promise.all(asked);
  t.same([...new Set(answers.map(({ status }) => status))].sort(), [401, 429]);
  t.equal(upstream.requests.length, 0);
  const busy = answers.find(({ status }) => status === 429);
  t.match(busy?.header('retry-after')[0], /^[1-9]\d?$/);
  t.match(json(busy as Response), {
    detail: /^Request was throttled\. Expected available in \d+ seconds?\.$/,
  });
  const lines = await gateway.lines(60);
  t.match(
    lines.find(({ status }) => status === 429),
    {
      code: 'too_many_passwords',
      reason: 'basic: too many passwords of this address wait',
    },
  );
  t.equal((await ask('GET /me', login('ada:ada-secret'))).status, 200);
});
