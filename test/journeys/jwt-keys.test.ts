import { generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type Issuer, startIssuer } from '../support/jwks.ts';
import { forge, key, mint as mintToken, sharedSecret } from '../support/jwt.ts';
import { type Stage, setStage } from '../support/stage.ts';

/** In seconds: tokens and the gateway go by the same clock, which stands still unless the test moves it. */
const now = Math.floor(Date.now() / 1000);
const CLAIMS = { sub: '7', exp: now + 3_600, iat: now };
type Signer = ReturnType<typeof key>;
/** `kid: undefined` leaves the name out. */
const mint = (by: Signer, header: object = {}) => mintToken(by, CLAIMS, { now, header: { ...header } });
const nameless = { kid: undefined };
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

const guarded = (options: string) => `guard: off
authenticators: { jwt: { type: jwt, ${options} } }
routes: [{ path: /x, authenticate: [jwt], forward: shop }]
`;
const stageWith = (t: Test, options: string): Promise<Stage> =>
  setStage(t, guarded(options), { now: now * 1000 });
const statusOf = async ({ ask }: Stage, token: string) => (await ask('GET /x', bearer(token))).status;

/** A file of this test's own, with JSON in it. */
function file(t: Test, value: unknown): string {
  const directory = mkdtempSync(join(tmpdir(), 'postern-keys-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'keys.json');
  writeFileSync(path, JSON.stringify(value));
  return path;
}

/** A key set that answers with these members. */
async function publish(t: Test, keys: readonly unknown[]): Promise<Issuer> {
  const issuer = await startIssuer((response) => void response.end(JSON.stringify({ keys })));
  t.teardown(() => issuer.close());
  return issuer;
}

const [first, second, stranger] = [key('RS256', 'first'), key('RS256', 'second'), key('RS256', 'stranger')];
const without = ({ jwk }: Signer, ...members: string[]) =>
  Object.fromEntries(Object.entries(jwk).filter(([name]) => !members.includes(name)));

t.test('every key that fits is tried: none has a name, two have one, or the token has none', async (t) => {
  const sets = {
    'keys without names': [without(first, 'kid'), without(second, 'kid')],
    'one name twice': [
      { ...first.jwk, kid: 'k' },
      { ...second.jwk, kid: 'k' },
    ],
    'tokens without a name': [first.jwk, second.jwk],
  };
  for (const [what, keys] of Object.entries(sets)) {
    const issuer = await publish(t, keys);
    for (const jwks of [file(t, { keys }), issuer.url]) {
      const house = await stageWith(t, `algorithms: [RS256], jwks: "${jwks}"`);
      const header = what === 'one name twice' ? { kid: 'k' } : nameless;
      for (const by of [first, second]) t.equal(await statusOf(house, await mint(by, header)), 200, what);
      t.equal(await statusOf(house, await mint(stranger, header)), 401, `${what}: a stranger`);
    }
  }
  const house = await stageWith(
    t,
    `algorithms: [RS256], jwks: "${file(t, { keys: sets['keys without names'] })}"`,
  );
  t.equal(await statusOf(house, await mint(first)), 200, 'a token with a name, keys without');
  const named = await stageWith(t, `algorithms: [RS256], jwks: "${file(t, { keys: [first.jwk] })}"`);
  t.equal(await statusOf(named, await mint(second, { kid: 'other' })), 401, 'a name that no key has');
});

t.test('a key that is new under an old name, or without one, is fetched when no key fits', async (t) => {
  for (const header of [{ kid: 'k' }, nameless]) {
    const name = (by: Signer) => ({ ...without(by, 'kid'), ...(header.kid && { kid: 'k' }) });
    let published = [name(first)];
    const issuer = await startIssuer((response) => void response.end(JSON.stringify({ keys: published })));
    t.teardown(() => issuer.close());
    const house = await stageWith(t, `algorithms: [RS256], jwks: "${issuer.url}"`);
    t.equal(await statusOf(house, await mint(first, header)), 200);
    published = [name(second)];
    t.equal(await statusOf(house, await mint(second, header)), 401, 'within the cool-down');
    house.clock.advance(30_000);
    t.equal(await statusOf(house, await mint(second, header)), 200);
    t.equal(await statusOf(house, await mint(first, header)), 401, 'the old one is gone');
    for (let n = 0; n < 5; n++) t.equal(await statusOf(house, await mint(stranger, header)), 401);
    t.equal(issuer.hits, 2, 'strangers do not make it fetch');
  }
});

const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
const USELESS: Readonly<Record<string, [jwk: object, reason: RegExp]>> = {
  'a private key': [second.privateJwk, /key "second" is a private key/],
  'a short key': [
    { ...short.publicKey.export({ format: 'jwk' }), kid: 'short' },
    /1024 bits; RSA needs 2048/,
  ],
  'a certificate': [{ kty: 'RSA', kid: 'x', x5c: ['MIIB'] }, /has a certificate \(x5c\) only/],
  'odd operations': [{ ...second.jwk, key_ops: ['sign'] }, /"key_ops" without "verify"/],
  'operations as text': [{ ...second.jwk, key_ops: 'verify' }, /"key_ops" without "verify"/],
  'an unknown kind': [{ kty: 'AKP', kid: 'pq', pub: 'AAAA' }, /malformed or of an unknown kind/],
  'a curve of nobody': [secp256k1.publicKey.export({ format: 'jwk' }), /cannot verify any algorithm/],
  'an algorithm of another kind': [{ ...second.jwk, alg: 'ES256' }, /cannot verify "ES256"/],
  'a secret': [{ kty: 'oct', k: 'AAAA', kid: 's' }, /shared secret/],
  'bad parameters': [{ kty: 'RSA', n: 'AA', e: '!', kid: 'bad' }, /malformed|bits/],
};

t.test('a key that cannot be used is refused in a file, with its reason', async (t) => {
  for (const [what, [jwk, reason]] of Object.entries(USELESS)) {
    const many = file(t, { keys: [first.jwk, jwk] });
    await t.rejects(stageWith(t, `algorithms: [RS256], jwks: "${many}"`), reason, what);
    await t.rejects(stageWith(t, `algorithms: [RS256], jwks: "${file(t, jwk)}"`), reason, `${what}, alone`);
  }
  const encrypting = { ...second.jwk, use: 'enc' };
  const house = await stageWith(
    t,
    `algorithms: [RS256], jwks: "${file(t, { keys: [encrypting, first.jwk] })}"`,
  );
  t.equal(await statusOf(house, await mint(first)), 200, 'a key for encryption harms nobody');
  t.equal(await statusOf(house, await mint(second)), 401, 'and verifies nothing');
  await t.rejects(stageWith(t, `algorithms: [ES256], jwks: "${file(t, first.jwk)}"`), /no key for ES256/);
});

t.test('a key that cannot be used is left out of a published set, and the log says so once', async (t) => {
  const issuer = await publish(t, [...Object.values(USELESS).map(([jwk]) => jwk), first.jwk]);
  const house = await stageWith(t, `algorithms: [RS256], jwks: "${issuer.url}"`);
  for (let n = 0; n < 3; n++) {
    t.equal(await statusOf(house, await mint(first)), 200);
    t.equal(await statusOf(house, await mint(second)), 401, 'its private key is published');
    house.clock.advance(11 * 60_000);
  }
  const told = house.gateway.log.filter(({ msg }) => msg === 'key of a key set not used');
  t.equal(told.length, new Set(told.map(({ reason }) => reason)).size, 'each once');
  for (const [what, [, reason]] of Object.entries(USELESS))
    t.ok(
      told.some((line) => reason.test(String(line.reason))),
      what,
    );
  t.notMatch(JSON.stringify(told), new RegExp(String(second.privateJwk.d).slice(0, 20)), 'and shows no key');
});

t.test('a published set without any usable key refuses tokens, and is no outage', async (t) => {
  const issuer = await publish(t, [second.privateJwk]);
  const house = await stageWith(t, `algorithms: [RS256], jwks: "${issuer.url}"`);
  t.equal(await statusOf(house, await mint(second)), 401);
  const signed = forge({ header: { alg: 'RS256' }, payload: CLAIMS, by: signer(short.privateKey) });
  t.equal(await statusOf(house, signed), 401);
});

/** A signer with a key of any size. */
function signer(privateKey: KeyObject): Signer {
  return { ...first, private: privateKey };
}

t.test('a new secret and an old one are both good', async (t) => {
  const [fresh, old] = [`${'n'.repeat(40)}`, `${'o'.repeat(40)}`];
  const house = await stageWith(t, `algorithms: [HS256], secret: [${fresh}, ${old}]`);
  for (const secret of [fresh, old]) t.equal(await statusOf(house, await mint(sharedSecret(secret))), 200);
  t.equal(await statusOf(house, await mint(sharedSecret('x'.repeat(40)))), 401);
  const after = await stageWith(t, `algorithms: [HS256], secret: [${fresh}]`);
  t.equal(await statusOf(after, await mint(sharedSecret(old))), 401);
});

t.test('a secret of 32 bytes is enough for every HS algorithm', async (t) => {
  for (const algorithm of ['HS256', 'HS384', 'HS512'] as const) {
    const secret = 'the-SECRET_KEY-of-a-Django-project';
    const house = await stageWith(t, `algorithms: [${algorithm}], secret: ${secret}`);
    t.equal(await statusOf(house, await mint(sharedSecret(secret, algorithm))), 200, algorithm);
    await t.rejects(stageWith(t, `algorithms: [${algorithm}], secret: ${'x'.repeat(31)}`), /at least 32/);
  }
});

t.test('EdDSA and Ed25519 are two names of one algorithm', async (t) => {
  const by = key('EdDSA');
  const tokenOf = (alg: string) => {
    const input = [{ alg }, CLAIMS]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${input}.${signBytes(null, Buffer.from(input), by.private).toString('base64url')}`;
  };
  for (const listed of ['EdDSA', 'Ed25519']) {
    for (const alg of [undefined, 'EdDSA', 'Ed25519']) {
      const jwk = { ...without(by, 'alg'), ...(alg && { alg }) };
      const house = await stageWith(t, `algorithms: [${listed}], jwks: "${file(t, jwk)}"`);
      for (const said of ['EdDSA', 'Ed25519'])
        t.equal(await statusOf(house, tokenOf(said)), 200, `${said} for ${listed}`);
      t.equal(await statusOf(house, tokenOf('ES256')), 401);
    }
  }
});
