import t from 'tap';
import { InvalidConfiguration, loadText } from '../../src/config/load.ts';
import { parseAddress } from '../../src/core/host-port.ts';
import { parseRedisUrl } from '../../src/store/redis/redis-url.ts';

const ROUTES =
  'upstreams: { shop: http://127.0.0.1:8000 }\nroutes: [{ path: /a, permit: anyone, forward: shop }]\n';

function loaded(yaml: string, env: Record<string, string> = {}) {
  const { settings, problems } = loadText(ROUTES + yaml, 'routes.yaml', env);
  return { ...settings, warnings: problems.list.map((problem) => problems.describe(problem)) };
}

function refused(yaml: string, env: Record<string, string> = {}): string {
  try {
    loaded(yaml, env);
    return 'not refused';
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    return error.message;
  }
}

t.test('an address is host:port', async (t) => {
  t.same(parseAddress('127.0.0.1:8080'), { host: '127.0.0.1', port: 8080 });
  t.same(parseAddress('[::1]:80'), { host: '::1', port: 80 });
  t.same(parseAddress('gate.example.com:65535'), { host: 'gate.example.com', port: 65535 });
  t.same(parseAddress(':8080'), { host: '0.0.0.0', port: 8080 });
  t.same(parseAddress('127.0.0.1:0'), { host: '127.0.0.1', port: 0 });
  for (const text of [
    '',
    '8080',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '::1:80',
    'a b:80',
    'a:80x',
    'a:-1',
  ])
    t.equal(parseAddress(text), undefined, JSON.stringify(text));
});

t.test('without a word, it listens on loopback and keeps no state', async (t) => {
  const { listen, admin, store, trustedProxies, log, drain, warnings } = loaded('');
  t.same(listen, { host: '127.0.0.1', port: 8080 });
  t.same(admin, { host: '127.0.0.1', port: 8081 });
  t.equal(store, undefined);
  t.same(trustedProxies, []);
  t.same(log, { access: true, level: 'info', format: 'auto' });
  t.same(drain, { delayMs: 3_000, timeoutMs: 25_000 });
  t.same(warnings, []);
});

t.test('the environment overrides the file', async (t) => {
  const file = 'listen: 10.0.0.1:1\nadmin: 10.0.0.1:2\nredis: redis://10.0.0.1/1\n';
  const kept = loaded(file, { POSTERN_LISTEN: '', POSTERN_ADMIN: '', REDIS_URL: '' });
  t.same(
    [kept.listen.port, kept.admin.port, kept.store],
    [1, 2, { kind: 'redis', address: parseRedisUrl('redis://10.0.0.1/1').address }],
  );
  const env = { POSTERN_LISTEN: '0.0.0.0:3', POSTERN_ADMIN: '[::]:4', REDIS_URL: 'rediss://10.0.0.2/2' };
  const second = { kind: 'redis', address: parseRedisUrl('rediss://10.0.0.2/2').address };
  const overridden = loaded(file, env);
  t.same(overridden.listen, { host: '0.0.0.0', port: 3 });
  t.same(overridden.admin, { host: '::', port: 4 });
  t.same(overridden.store, second);
  t.same(loaded('store: memory\n', env).store, second);
});

t.test(
  'what is wrong in the environment is told without a place in the file, and without its value',
  async (t) => {
    const said = refused('', {
      POSTERN_LISTEN: 'eighty',
      POSTERN_ADMIN: '1.2.3.4:99999',
      REDIS_URL: 'http://:hush@h',
    });
    t.same(said.split('\n\n').sort(), [
      'the environment variable POSTERN_ADMIN is not host:port, such as 127.0.0.1:8080',
      'the environment variable POSTERN_LISTEN is not host:port, such as 127.0.0.1:8080',
      'the environment variable REDIS_URL, at character 1: a Redis URL begins with redis://, rediss:// (TLS) or unix://: write redis://',
    ]);
  },
);

t.test('a name like one of ours that nobody reads is warned of', async (t) => {
  t.same(loaded('', { POSTERN_LISTN: 'x', POSTERN_COLOUR: 'y' }).warnings, [
    'warning: the environment variable POSTERN_LISTN is not read; did you mean POSTERN_LISTEN?',
    'warning: the environment variable POSTERN_COLOUR is not read',
  ]);
});

t.test('what Kubernetes sets for a Service called postern is nobody’s mistake', async (t) => {
  const env = {
    POSTERN_PORT: 'tcp://10.96.0.1:80',
    POSTERN_PORT_80_TCP: 'tcp://10.96.0.1:80',
    POSTERN_PORT_80_TCP_ADDR: '10.96.0.1',
    POSTERN_SERVICE_HOST: '10.96.0.1',
    POSTERN_SERVICE_PORT: '80',
    POSTERN_SERVICE_PORT_HTTP: '80',
  };
  const { listen, warnings } = loaded('', env);
  t.same(listen, { host: '127.0.0.1', port: 8080 });
  t.same(warnings, []);
  t.equal(loaded('', { POSTERN_PORTS: '1' }).warnings.length, 1);
});

t.test('nobody trusts everybody', async (t) => {
  for (const network of ['0.0.0.0/0', '::/0', '10.1.2.3/0'])
    t.match(
      refused(`trusted_proxies: ["${network}"]\n`),
      /^routes\.yaml:3:19: everybody cannot be a trusted proxy/,
    );
  t.same(loaded('trusted_proxies: [10.0.0.0/8, "fd00::/8", 192.0.2.1]\n').trustedProxies, [
    { address: '10.0.0.0', prefix: 8, family: 'ipv4' },
    { address: 'fd00::', prefix: 8, family: 'ipv6' },
    { address: '192.0.2.1', prefix: 32, family: 'ipv4' },
  ]);
});

t.test('a missing Redis never silently means memory', async (t) => {
  const token = 'authenticators: { token: { type: redis-token } }\n';
  t.equal(loaded(`${token}store: memory\n`).store?.kind, 'memory');
  t.match(refused('store: memory\nredis: redis://127.0.0.1\n'), /names both "redis" and "store: memory"/);
  t.match(
    refused('redis: redis://127.0.0.1\nrecords: { "token:a": { id: 1 } }\n'),
    /write them to Redis instead/,
  );
  t.match(refused('records: { "token:a": { id: 1 } }\n'), /"records" is for "store: memory"/);
});
