import { pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Gateway } from '../support/gateway.ts';
import { key, mint } from '../support/jwt.ts';
import { setStage } from '../support/stage.ts';
import { startUpstream } from '../support/upstream.ts';

const ITERATIONS = 100_000;
const hash = pbkdf2Sync('right', 'salt', ITERATIONS, 32, 'sha256').toString('base64');
const file = join(mkdtempSync(join(tmpdir(), 'postern-flood-')), 'users.yaml');
writeFileSync(file, `ada: pbkdf2_sha256$${ITERATIONS}$salt$${hash}\n`);

const YAML = `
trusted_proxies: [127.0.0.1]
guard: off
upstreams: { shop: '\${SHOP}', named: '\${NAMED}' }
authenticators:
  basic: { type: basic, file: ${file} }
  signed: { type: jwt, algorithms: [ES256], key: '\${PEM}' }
routes:
  - { path: /password, authenticate: [basic], forward: shop }
  - { path: /token, authenticate: [signed], forward: shop }
  - { path: /named, permit: anyone, forward: named }
`;

const basic = (name: string, password: string, address: string) => ({
  Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
  'X-Forwarded-For': address,
});

/** However long it takes: whoever floods waits for itself. */
const guess = ({ url }: Gateway, name: string, address: string, password = 'guess') =>
  fetch(`${url}/password`, { headers: basic(name, password, address) });

t.test('a flood of passwords holds up no token, no host name and nobody else’s password', async (t) => {
  const signer = key('ES256', 'one');
  const named = await startUpstream();
  t.teardown(() => named.close());
  const env = { PEM: signer.publicPem, NAMED: named.url.replace('127.0.0.1', 'localhost') };
  const { ask, clock, gateway } = await setStage(t, YAML, { env });
  const seconds = Math.floor(clock.now() / 1_000);
  const token = await mint(signer, { sub: '6', iat: seconds, exp: seconds + 60 });

  let answered = 0;
  const flood = Promise.all(
    Array.from({ length: 64 }, async (_, n) => {
      const { status } = await guess(gateway, `nobody${n}`, `192.0.2.${n % 4}`);
      answered++;
      return status;
    }),
  );
  // All of the flood is on its way before anybody else is.
  while (answered < 1) t.equal((await ask('GET /named')).status, 200);
  for (let n = 0; n < 50; n++) {
    const { status } = await ask('GET /token', { Authorization: `Bearer ${token}` });
    if (status !== 200) t.equal(status, 200);
  }
  t.ok(answered < 48, `50 tokens and a name while ${answered} of 64 passwords were checked`);

  const before = answered;
  t.equal((await ask('GET /password', basic('ada', 'right', '198.51.100.7'))).status, 200);
  t.ok(answered - before <= 12, `a password from elsewhere waited for ${answered - before} of the flood`);
  t.same([...new Set(await flood)], [401]);
});

t.test(
  'addresses without end: those that are too many are told so, and the next password is checked',
  async (t) => {
    const { gateway } = await setStage(t, YAML, {
      env: { PEM: key('ES256', 'one').publicPem, NAMED: 'http://127.0.0.1:1' },
    });
    const flood = await Promise.all(
      Array.from({ length: 150 }, (_, n) => guess(gateway, `nobody${n}`, `203.0.113.${n >> 1}`)),
    );
    const busy = flood.filter(({ status }) => status !== 401);
    t.ok(busy.length >= 60, `${busy.length} of 150 are not checked`);
    t.same([...new Set(busy.map(({ status }) => status))].sort(), [429, 503]);
    t.ok(busy.every((answer) => Number(answer.headers.get('retry-after')) >= 1));
    t.equal((await guess(gateway, 'ada', '198.51.100.7', 'right')).status, 200);
  },
);
