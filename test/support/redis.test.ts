import { Redis } from 'ioredis';
import t from 'tap';
import { type RedisServer, startRedis } from './redis.ts';
import { until } from './until.ts';

function open(server: RedisServer): Redis {
  const client = new Redis(server.url, { retryStrategy: () => null, commandTimeout: 200 });
  client.on('error', () => {});
  return client;
}

t.test('answers, freezes, thaws, dies and comes back empty on the same port', async (t) => {
  const first = await startRedis();
  t.teardown(() => first.stop());
  const client = open(first);
  t.equal(await client.ping(), 'PONG');
  await client.set('key', 'value');
  first.pause();
  await t.rejects(client.ping(), /timed out/);
  first.resume();
  await until(async () => (await client.ping()) === 'PONG');
  const ended = new Promise((resolve) => client.once('end', resolve));
  await first.kill();
  await ended;
  t.equal(first.process.signalCode, 'SIGKILL');

  const second = await startRedis({ port: first.port });
  t.teardown(() => second.stop());
  const again = open(second);
  t.equal(await again.get('key'), null);
  again.disconnect();
});

t.test('takes more arguments, and stops even while frozen', async (t) => {
  const server = await startRedis({ args: ['--maxmemory', '3mb'] });
  const client = open(server);
  t.match(await client.config('GET', 'maxmemory'), ['maxmemory', '3145728']);
  client.disconnect();
  server.pause();
  await server.stop();
  t.not(server.process.exitCode ?? server.process.signalCode, null);
});

t.test('a wrong argument is an error that says why', async (t) => {
  await t.rejects(startRedis({ args: ['--no-such-option', 'x'] }), /no-such-option/);
});
