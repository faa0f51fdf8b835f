import { createLocalJWKSet, importSPKI, jwtVerify } from 'jose';
import t from 'tap';
import { startIssuer } from './jwks.ts';
import { type Algorithm, forge, jwks, key, mint, sign } from './jwt.ts';

const algorithms: Algorithm[] = ['HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'EdDSA'];

for (const algorithm of algorithms) {
  t.test(`${algorithm}: minted and forged tokens verify, a changed one does not`, async (t) => {
    const by = key(algorithm);
    t.equal(key(algorithm), by);
    const set = createLocalJWKSet(jwks(by));
    const verify = (token: string) => jwtVerify(token, algorithm.startsWith('HS') ? by.secret : set);
    t.match((await verify(await mint(by, { sub: '7' }))).payload, { sub: '7', exp: Number });
    t.notMatch((await verify(await mint(by, {}, { expiresIn: null }))).payload, { exp: Number });
    const header = { alg: algorithm, kid: by.kid };
    t.match((await verify(forge({ header, payload: '{"sub":"8"}', by }))).payload, { sub: '8' });
    await t.rejects(verify(forge({ header, payload: {}, signature: 'AAAA' })));
    if (by.publicPem) await jwtVerify(await mint(by), await importSPKI(by.publicPem, algorithm));
  });
}

t.test('text goes into a forged token as it is', async (t) => {
  const twice = '{"alg":"none","alg":"HS256"}';
  const token = forge({ header: twice, payload: 'not json', signature: '' });
  t.equal(
    token,
    `${Buffer.from(twice).toString('base64url')}.${Buffer.from('not json').toString('base64url')}.`,
  );
  t.equal(sign('ES256', 'x', key('ES256').private).length, 64);
  t.equal(sign('ES256', 'x', key('ES256').private, 'der')[0], 0x30);
});

t.test('an issuer publishes, rotates, fails and counts', async (t) => {
  const issuer = await startIssuer([key('ES256')]);
  t.teardown(() => issuer.close());
  const kids = async () =>
    ((await (await fetch(issuer.url)).json()) as { keys: { kid: string }[] }).keys[0]?.kid;
  t.equal(await kids(), 'es256-1');
  issuer.respond([key('ES256', 'es256-2')]);
  t.equal(await kids(), 'es256-2');
  issuer.respond(500);
  t.equal((await fetch(issuer.url)).status, 500);
  issuer.respond('hang');
  await t.rejects(fetch(issuer.url, { signal: AbortSignal.timeout(50) }));
  t.equal(issuer.hits, 4);
});
