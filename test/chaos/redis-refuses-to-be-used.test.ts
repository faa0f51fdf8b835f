import { Redis } from 'ioredis';
import t, { type Test } from 'tap';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { startRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const YAML = `
upstreams: { back: { type: echo } }
authenticators: { token: { type: redis-token } }
routes:
  - { id: one, path: /one, authenticate: [token], forward: back }
  - { id: two, path: /two, authenticate: [token], throttle: [{ rate: 9/m }, { rate: 9/m, by: ip }], forward: back }
`;

async function status(url: string): Promise<number> {
  return (await fetch(url, { headers: { authorization: 'Token abc' } })).status;
}

/** What a caller, an orchestrator and an operator see. */
async function seen({ url, adminUrl, stdout }: GatewayProcess) {
  const lines = stdout().split('\n').filter(Boolean);
  const log = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    status: await status(`${url}/one`),
    ready: (await fetch(`${adminUrl}/readyz`)).status,
    refused: log.filter(({ msg }) => msg === 'redis refuses a step of connecting'),
    stdout: stdout(),
  };
}

async function open(t: Test, args: readonly string[] = []) {
  const server = await startRedis({ args });
  t.teardown(() => server.kill());
  const operator = new Redis(server.url);
  t.teardown(() => operator.disconnect());
  const serve = async (url: string) => {
    const gateway = await startGatewayProcess(YAML, { REDIS_URL: url });
    t.teardown(() => gateway.stop('SIGKILL'));
    return gateway;
  };
  return { server, operator, serve, at: `127.0.0.1:${server.port}` };
}

t.test('a Redis that refuses a step of connecting is not used, and the log names the step', async (t) => {
  const { operator, serve, at } = await open(t);
  await operator.set('token:abc', '{"id":"of database 0","is_superuser":true}');
  await operator.acl('SETUSER', 'no-select', 'on', '>hush', '~*', '+@all', '-select');
  await operator.acl('SETUSER', 'no-get', 'on', '>hush', '~*', '+@all', '-get', '-getrange');
  await operator.acl('SETUSER', 'no-keys', 'on', '>hush', '~other:*', '+@all');
  const cases: Readonly<Record<string, [step: string, reason: RegExp]>> = {
    [`redis://${at}/99`]: ['SELECT 99', /^ERR DB index is out of range/],
    [`redis://no-select:hush@${at}/5`]: ['SELECT 5', /^NOPERM/],
    [`redis://no-get:hush@${at}`]: ['GET', /^NOPERM/],
    [`redis://no-keys:hush@${at}`]: ['GET', /^NOPERM/],
    [`redis://no-get:wrong@${at}`]: ['AUTH', /^WRONGPASS/],
    [`redis://:hush@${at}`]: ['AUTH', /^ERR AUTH <password> called without any password/],
  };
  for (const [url, [step, reason]] of Object.entries(cases)) {
    const gateway = await serve(url);
    await until(async () => (await seen(gateway)).refused.length > 0);
    const { refused, ...answers } = await seen(gateway);
    t.match(answers, { status: 503, ready: 503 }, url);
    t.match(refused, [{ step, reason }], 'said once');
    t.notMatch(answers.stdout, 'hush');
    await gateway.stop('SIGKILL');
  }
});

t.test('a step that is accepted later makes it ready, without a restart', async (t) => {
  const { operator, serve, at } = await open(t);
  await operator.select(5);
  await operator.set('token:abc', '{"id":"of database 5"}');
  await operator.acl('SETUSER', 'late', 'on', '>hush', '~*', '+@all', '-select');
  const gateway = await serve(`redis://late:hush@${at}/5`);
  t.match(await seen(gateway), { status: 503, ready: 503 });
  await operator.acl('SETUSER', 'late', '+select');
  await until(async () => (await seen(gateway)).ready === 200);
  const answer = await fetch(`${gateway.url}/one`, { headers: { authorization: 'Token abc' } });
  t.match(await answer.json(), { headers: { 'x-user': 'of%20database%205' } });
});

t.test('rights that are taken away while it serves make it not ready, and end no process', async (t) => {
  const { operator, serve, at } = await open(t);
  await operator.set('token:abc', '{"id":"of database 0"}');
  await operator.select(5);
  await operator.set('token:abc', '{"id":"of database 5"}');
  await operator.acl('SETUSER', 'shrinking', 'on', '>hush', '~*', '+@all');
  const gateway = await serve(`redis://shrinking:hush@${at}/5`);
  await until(async () => (await seen(gateway)).ready === 200);
  await operator.acl('SETUSER', 'shrinking', '-get', '-getrange');
  t.match(await seen(gateway), { status: 503, ready: 503 });
  await operator.acl('SETUSER', 'shrinking', '+get', '+getrange', '-select');
  await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await until(async () => (await seen(gateway)).refused.some(({ step }) => step === 'SELECT 5'));
  t.match(await seen(gateway), { status: 503, ready: 503 }, 'not database 0');
  await operator.acl('SETUSER', 'shrinking', '+select');
  await until(async () => (await seen(gateway)).status === 200);
  t.equal(gateway.process.exitCode, null);
});

t.test('a password that Redis asks for later is no reason to end', async (t) => {
  const { operator, serve, at } = await open(t);
  await operator.set('token:abc', '7');
  const gateway = await serve(`redis://${at}/0`);
  await until(async () => (await seen(gateway)).status === 200);
  await operator.config('SET', 'requirepass', 'hush');
  await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await until(async () => (await seen(gateway)).refused.some(({ step }) => step === 'GET'));
  t.match(await seen(gateway), { status: 503, ready: 503, refused: [{ reason: /^NOAUTH/ }] });
});

t.test('a user with the rights that the guide names can do everything', async (t) => {
  const { operator, serve, at } = await open(t);
  await operator.set('token:abc', '7');
  const rights = '~token:* ~postern:* +@read +@scripting +@connection +pexpire +lpush +ltrim +set +time';
  await operator.acl('SETUSER', 'postern', 'on', '>hush', ...rights.split(' '));
  const gateway = await serve(`redis://postern:hush@${at}/1`);
  await until(async () => (await seen(gateway)).ready === 200);
  await operator.select(1);
  await operator.set('token:abc', '7');
  t.equal(await status(`${gateway.url}/one`), 200);
  t.equal(await status(`${gateway.url}/two`), 200);
});

t.test('a Redis in cluster mode with all slots is used as any other', async (t) => {
  const { operator, serve, at } = await open(t, ['--cluster-enabled', 'yes']);
  await operator.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await until(async () => (await operator.cluster('INFO')).includes('cluster_state:ok'));
  await operator.set('token:abc', '7');
  const gateway = await serve(`redis://${at}`);
  await until(async () => (await seen(gateway)).ready === 200);
  t.equal(await status(`${gateway.url}/one`), 200);
  t.equal(await status(`${gateway.url}/two`), 200, 'two throttles, two slots');
});

t.test('a node of a cluster that has not all slots is not ready', async (t) => {
  const one = await open(t, ['--cluster-enabled', 'yes']);
  const other = await open(t, ['--cluster-enabled', 'yes']);
  await one.operator.call('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
  await other.operator.call('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
  await one.operator.call('CLUSTER', 'MEET', '127.0.0.1', String(other.server.port));
  for (const { operator } of [one, other])
    await until(async () => (await operator.cluster('INFO')).includes('cluster_state:ok'), {
      within: 30_000,
    });
  for (const { serve, at } of [one, other]) {
    const gateway = await serve(`redis://${at}`);
    await until(async () => (await seen(gateway)).refused.length > 0);
    t.match(await seen(gateway), { status: 503, ready: 503, refused: [{ step: 'GET', reason: /^MOVED/ }] });
  }
});
