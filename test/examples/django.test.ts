import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { freePort } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { believesPosternOnly, exampleFolder, servePostern } from './behind-postern.ts';

const PYTHON = '/usr/bin/python3';
const modules = spawnSync(PYTHON, ['-c', 'import cryptography, django, jwt, rest_framework'], {
  stdio: 'ignore',
});
const skip = modules.status === 0 ? {} : { skip: 'python3-djangorestframework and python3-jwt are not here' };

t.test('the Django example believes the assertion of Postern, and nothing else', skip, async (t) => {
  const port = await freePort();
  const gateway = await servePostern(t, 'django', port);
  const app = spawn(PYTHON, [join(exampleFolder('django'), 'app.py'), String(port)], {
    env: {
      PATH: process.env.PATH,
      PYTHONDONTWRITEBYTECODE: '1',
      POSTERN_JWKS: `${gateway.adminUrl}/.well-known/jwks.json`,
    },
    stdio: 'ignore',
  });
  t.teardown(() => app.kill('SIGKILL'));
  await until(async () => (await fetch(`http://127.0.0.1:${port}/me`)).status === 401, {
    within: 30_000,
    every: 50,
  });
  await believesPosternOnly(t, gateway, port);
});
