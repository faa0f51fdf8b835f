import fc from 'fast-check';
import t from 'tap';
import { parseRedisUrl } from '../../../src/store/redis/redis-url.ts';

/** The address, or the first error with the character that it points at. */
function read(url: string): unknown {
  const { address, problems } = parseRedisUrl(url);
  const error = problems.find(({ severity }) => severity === 'error');
  return error ? `${error.message} [${url.slice(error.offset, error.offset + 3)}]` : address;
}

const PLAIN = {
  at: { host: 'h', port: 6379 },
  tls: false,
  username: undefined,
  password: undefined,
  db: 0,
};

t.test('a URL is read as redis-py and ioredis document it', async (t) => {
  const urls: Readonly<Record<string, object>> = {
    'redis://h': {},
    'redis://h/': {},
    'redis://h/0': {},
    'redis://h/15': { db: 15 },
    'redis://h?db=3': { db: 3 },
    'redis://h/?db=3': { db: 3 },
    'redis://h/1?db=2': { db: 2 },
    'redis://h:7000/1': { at: { host: 'h', port: 7000 }, db: 1 },
    'redis://': { at: { host: 'localhost', port: 6379 } },
    'redis:///2': { at: { host: 'localhost', port: 6379 }, db: 2 },
    'redis://:7000': { at: { host: 'localhost', port: 7000 } },
    'redis://[::1]:7000': { at: { host: '::1', port: 7000 } },
    'redis://redis_1.internal': { at: { host: 'redis_1.internal', port: 6379 } },
    'redis://:hush@h': { password: 'hush' },
    'redis://ops:hush@h': { username: 'ops', password: 'hush' },
    'redis://ops:a:b@h': { username: 'ops', password: 'a:b' },
    'redis://o%3Aps:%2F%23%3F%40%25@h': { username: 'o:ps', password: '/#?@%' },
    'redis://:Zo%C3%AB@h': { password: 'Zoë' },
    'redis://:@h': {},
    'rediss://h:6380': { at: { host: 'h', port: 6380 }, tls: true },
    'unix:///run/redis.sock': { at: { path: '/run/redis.sock' } },
    'unix:///run/redis.sock?db=4': { at: { path: '/run/redis.sock' }, db: 4 },
    'unix://ops:hush@/run/a%20b.sock': { at: { path: '/run/a b.sock' }, username: 'ops', password: 'hush' },
  };
  for (const [url, expected] of Object.entries(urls)) t.same(read(url), { ...PLAIN, ...expected }, url);
});

t.test('what could be read in two ways is an error at its character', async (t) => {
  const urls: Readonly<Record<string, string>> = {
    'redis://h/prod': 'a database is a number: redis://host:port/0 is database 0 [pro]',
    'redis://h/1/2': 'a database is a number: redis://host:port/0 is database 0 [1/2]',
    'redis://h/mymaster/1': 'a database is a number: redis://host:port/0 is database 0 [mym]',
    'redis://h/-1': 'a database is a number: redis://host:port/0 is database 0 [-1]',
    'redis://h/1/': 'a database is a number: write 1 [1/]',
    'redis://h/01': 'a database is a number: write 1 [01]',
    'redis://h//1': 'a database is a number: write 1 [/1]',
    'redis://h?db=x': 'a database is a number: redis://host:port/0 is database 0 [x]',
    'redis://h?db=': 'a database is a number: redis://host:port/0 is database 0 []',
    'redis://h?db=1&db=2': '"db" is given twice [db=]',
    'redis://h?dbb=1': '"dbb" is no option of a Redis URL: only "db" is [dbb]',
    'redis://:100%@h': '"%" begins no percent-encoding: percent-encode it, as %25 [%@h]',
    'redis://:100%2@h': '"%" begins no percent-encoding: percent-encode it, as %25 [%2@]',
    'redis://:%C3@h': 'the percent-encoding is not UTF-8 [%C3]',
    'redis://:pa/ss@h': '"/" in a user or password: percent-encode it, as %2F [/ss]',
    'redis://:pa#ss@h': '"#" in a user or password: percent-encode it, as %23 [#ss]',
    'redis://:pa?ss@h': '"?" in a user or password: percent-encode it, as %3F [?ss]',
    'redis://:pa@ss@h': '"@" in a user or password: percent-encode it, as %40 [@ss]',
    'redis://:pa ss@h': 'a URL has no blanks and no control characters: percent-encode them [ ss]',
    'redis://hush@h':
      'a user without a password: write redis://:password@host, or redis://user:password@host [hus]',
    'redis://ops:@h': 'the password is empty [:@h]',
    'redis://h:0': 'a port is a number from 1 to 65535 [0]',
    'redis://h:65536': 'a port is a number from 1 to 65535 [655]',
    'redis://h:': 'a port is a number from 1 to 65535 []',
    'redis://h:x': 'a port is a number from 1 to 65535 [x]',
    'redis://::1': 'a port is a number from 1 to 65535 [:1]',
    'redis://a,b:7000': 'several hosts: name one server [,b:]',
    'redis://h!': 'not the name of a host [h!]',
    'redis://[h]:1': 'a host is a name, an IPv4 address, or an IPv6 address in [brackets] [[h]]',
    'redis://h/0#x': 'a Redis URL has no "#" [#x]',
    'redis://h?password=hush':
      'a user and password are written before the host: redis://user:password@host [pas]',
    'rediss://h?ssl_cert_reqs=none':
      'certificates are always verified; trust an authority of your own with NODE_EXTRA_CA_CERTS [ssl]',
    'redis://h?ssl=true': 'TLS is rediss:// [ssl]',
    'unix://run/redis.sock': 'a socket is unix:///path/to/redis.sock [run]',
    'unix://': 'the path of the socket is missing []',
    'REDISS://h': 'write rediss:// in lower case [RED]',
    'valkey://h': 'a Redis URL begins with redis://, rediss:// (TLS) or unix://: write redis:// [val]',
    'redis+sentinel://h': 'Sentinel and Cluster are not spoken: name one server, redis://host:port/db [red]',
    'h:6379': 'a Redis URL begins with redis://, such as redis://[user:password@]host[:port][/db] [h:6]',
    '': 'a Redis URL begins with redis://, such as redis://[user:password@]host[:port][/db] []',
  };
  for (const [url, expected] of Object.entries(urls)) t.equal(read(url), expected, url);
});

t.test('what is there for other clients is named, and not followed', async (t) => {
  const warned = (url: string) =>
    parseRedisUrl(url).problems.map(({ severity, message }) => [severity, message]);
  for (const name of ['max_connections', 'socket_timeout', 'decode_responses', 'family'])
    t.same(warned(`redis://h?${name}=1`), [
      ['warning', `"${name}" is for other clients; Postern does not read it`],
    ]);
  t.same(warned('rediss://h?ssl_cert_reqs=required').length, 1);
  t.same(warned('redis://h/1?db=1'), []);
  t.same(warned('redis://h/1?db=2'), [
    ['warning', 'the path names database 1, and "db" names 2: 2 is used, as by redis-py; keep one'],
  ]);
});

t.test('whatever is given, it is parsed without a throw, and no message tells a password', async (t) => {
  const piece = fc.constantFrom(
    'redis',
    'rediss',
    'unix',
    '://',
    ':',
    '/',
    '@',
    '?',
    '#',
    '%',
    '%2F',
    '[',
    ']',
  );
  const text = fc.oneof(piece, fc.constantFrom('h', '1', 'db=', '&', ',', ' ', 'é', '\0'), fc.string());
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), (parts) => {
      const url = `redis://ops:hush${parts.join('')}@h/0`;
      for (const each of [url, parts.join('')]) {
        for (const { message, offset } of parseRedisUrl(each).problems) {
          if (message.includes('hush') || offset < 0 || offset > each.length) return false;
        }
      }
      return true;
    }),
    { numRuns: 5_000 },
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (username, password) => {
      const { address } = parseRedisUrl(
        `redis://${encodeURIComponent(username)}:${encodeURIComponent(password)}@h`,
      );
      return address.username === username && address.password === password;
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});
