import { createSecretKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { forge, key, mint } from '../support/jwt.ts';
import { ask, json } from '../support/stage.ts';

/** The folder of an example: beside this file's source, wherever this was compiled to. */
export function exampleFolder(name: string): string {
  const here = fileURLToPath(import.meta.url);
  return join(
    here.slice(0, here.lastIndexOf('/build/') + 1 || here.lastIndexOf('/test/') + 1),
    'examples',
    name,
  );
}

const SIGNING = key('EdDSA', 'signing');

/** Serves an example's own routes.yaml in front of its app at this port. */
export async function servePostern(t: Test, name: string, port: number): Promise<Gateway> {
  const yaml = readFileSync(join(exampleFolder(name), 'routes.yaml'), 'utf8');
  const gateway = await startGateway(yaml, {
    env: { [name.toUpperCase()]: `http://127.0.0.1:${port}`, SIGNING_KEY: SIGNING.privatePem },
  });
  t.teardown(() => gateway.close());
  return gateway;
}

/** Asserts that the app believes Postern's assertions, and nothing else; answers with one that is good. */
export async function believesPosternOnly(t: Test, gateway: Gateway, port: number): Promise<string> {
  const through = await ask(gateway.port, 'GET /me', { Authorization: 'Token ada-secret' });
  t.equal(through.status, 200, 'through Postern');
  t.same(json(through), { user: '7' });

  const set = (await (await fetch(`${gateway.adminUrl}/.well-known/jwks.json`)).json()) as {
    keys: { kid: string }[];
  };
  const kid = set.keys[0]?.kid ?? '';
  const claims = { iss: 'postern', aud: 'shop', sub: '7' };
  const by = { ...SIGNING, kid };
  const good = await mint(by, claims);
  t.equal((await ask(port, 'GET /me', { 'X-User-Assertion': good })).status, 200, 'what Postern would sign');

  const other = { ...key('EdDSA', 'other'), kid };
  const now = Math.floor(Date.now() / 1_000);
  const [head = '', payload = '', signature = ''] = good.split('.');
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: '1', exp: now + 60 })).toString('base64url');
  const refused: Record<string, string> = {
    'of another key': await mint(other, claims),
    'of a key that nobody knows': await mint(key('EdDSA', 'unknown'), claims),
    'that has expired': await mint(by, { ...claims, iat: now - 120, exp: now - 60 }),
    'without an end': await mint(by, claims, { expiresIn: null }),
    'for another upstream': await mint(by, { ...claims, aud: 'billing' }),
    'for nobody': await mint(by, { iss: 'postern', sub: '7' }),
    'of another issuer': await mint(by, { ...claims, iss: 'elsewhere' }),
    'of nobody': await mint(by, { iss: 'postern', aud: 'shop' }),
    'with other claims under the signature': `${head}.${changed}.${signature}`,
    'with its signature cut': `${head}.${payload}.`,
    'with the algorithm none': forge({ header: { alg: 'none', kid }, payload: { ...claims, exp: now + 60 } }),
    'signed with the public key as a secret': forge({
      header: { alg: 'HS256', kid },
      payload: { ...claims, exp: now + 60 },
      by: { ...key('HS256'), private: createSecretKey(Buffer.from(SIGNING.publicPem)) },
    }),
    'that is none': 'ada',
    'that is empty': '',
  };
  for (const [what, token] of Object.entries(refused))
    t.equal((await ask(port, 'GET /me', { 'X-User-Assertion': token })).status, 401, `an assertion ${what}`);
  t.equal((await ask(port, 'GET /me')).status, 401, 'no assertion');
  t.equal((await ask(port, 'GET /me', { 'X-User': '7', Cookie: 'user=7' })).status, 401, 'X-User alone');

  const smuggled = await ask(gateway.port, 'GET /public/me', { 'X-User-Assertion': good, 'X-User': '7' });
  t.equal(smuggled.status, 401, "a client's own assertion does not come through Postern");
  return good;
}
