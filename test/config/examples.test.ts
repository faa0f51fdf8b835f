import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { check } from '../../src/commands/check.ts';

const FOLDER = fileURLToPath(new URL('../../../config/examples', import.meta.url));

const { privateKey } = generateKeyPairSync('ed25519');
const key = join(mkdtempSync(join(tmpdir(), 'postern-examples-')), 'signing.pem');
writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));

/** What a file asks of the environment. */
const ENV: Readonly<Record<string, Record<string, string>>> = {
  'signed-identity.yaml': { SIGNING_KEY: key },
};

const examples = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

t.test('there are examples', async (t) => {
  t.same(examples.sort(), [
    'django.yaml',
    'jwt.yaml',
    'public-api.yaml',
    'sidecar.yaml',
    'signed-identity.yaml',
  ]);
});

for (const name of examples) {
  t.test(`${name} has no errors and no warnings`, async (t) => {
    const said: string[] = [];
    const code = await check.run({
      args: ['--config', join(FOLDER, name)],
      env: ENV[name] ?? {},
      out() {},
      err: (line) => void said.push(line),
    });
    t.equal(code, 0);
    t.same(said, []);
  });

  t.test(`${name} begins with a comment that says what it is for`, async (t) => {
    t.match(readFileSync(join(FOLDER, name), 'utf8'), /^# \S/);
  });
}
