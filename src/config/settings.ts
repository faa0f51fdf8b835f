import { type Network, parseNetwork } from '../core/address.ts';
import { parseDuration } from '../core/duration.ts';
import { type Address, parseAddress } from '../core/host-port.ts';
import type { HeadLimits } from '../core/limits.ts';
import type { Stored } from '../core/store.ts';
import { nearest } from '../core/suggest.ts';
import type { TrustedHost } from '../listen/authority.ts';
import type { LanguageOptions } from '../respond/language.ts';
import { parseRedisUrl, type RedisAddress, type UrlProblem } from '../store/redis/redis-url.ts';
import type { Environment } from '../yaml/environment.ts';
import type { Problems } from '../yaml/problems.ts';
import { type GuardLimits, guardLimits } from './guard.ts';
import { languagesOf } from './languages.ts';
import { headLimits } from './limits.ts';
import type { FileConfig } from './schema.ts';

/** What concerns the server as a whole: the file, overridden by the environment, with the defaults filled in. */
export interface Settings {
  listen: Address;
  admin: Address;
  /** Undefined when nothing in the file needs a store. */
  store:
    | { kind: 'redis'; address: RedisAddress }
    | { kind: 'memory'; records: ReadonlyMap<string, Stored> }
    | undefined;
  trustedProxies: readonly Network[];
  trustedHost: TrustedHost;
  log: { access: boolean; level: 'error' | 'warn' | 'info'; format: 'auto' | 'json' | 'pretty' };
  drain: { delayMs: number; timeoutMs: number };
  head: HeadLimits;
  guard: GuardLimits;
  languages: LanguageOptions;
  try: readonly string[];
}

/** Read by us; Kubernetes injects POSTERN_PORT and POSTERN_SERVICE_… for a Service of that name. */
const VARIABLES = ['POSTERN_LISTEN', 'POSTERN_ADMIN'];
const KUBERNETES = /^POSTERN_(PORT|SERVICE)(_|$)/;

export function settingsOf(file: FileConfig, env: Environment, problems: Problems): Settings {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('POSTERN_') || VARIABLES.includes(name) || KUBERNETES.test(name)) continue;
    const near = nearest(name, VARIABLES);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    problems.elsewhere(`the environment variable ${name} is not read${hint}`, 'warning');
  }
  const listen = addressOf('listen', file.listen ?? '127.0.0.1:8080', env.POSTERN_LISTEN, problems);
  const admin = addressOf('admin', file.admin ?? '127.0.0.1:8081', env.POSTERN_ADMIN, problems);
  if (collide(listen, admin)) {
    const message = `requests and health cannot share the port ${listen.port}: give "listen" and "admin" different ones`;
    if (env.POSTERN_LISTEN || env.POSTERN_ADMIN) problems.elsewhere(message);
    else problems.on([file.admin === undefined ? 'listen' : 'admin'], message);
  }
  return {
    listen,
    admin,
    store: storeOf(file, env, problems),
    trustedProxies: networksOf(file.trusted_proxies ?? [], problems),
    trustedHost: trustedHostOf(file, problems),
    log: {
      access: file.log?.access !== 'off',
      level: file.log?.level ?? 'info',
      format: file.log?.format ?? 'auto',
    },
    drain: {
      delayMs: parseDuration(file.drain?.delay ?? '3s') ?? 0,
      timeoutMs: parseDuration(file.drain?.timeout ?? '25s') ?? 0,
    },
    head: headLimits(file.limits),
    guard: guardLimits(file.guard),
    languages: languagesOf(file),
    try: file.try ?? [],
  };
}

/** Whether one address takes what the other listens on. Port 0 is any that is free. */
function collide(one: Address, other: Address): boolean {
  if (one.port !== other.port || one.port === 0) return false;
  const hosts = [one.host, other.host].map((host) => (host === 'localhost' ? '127.0.0.1' : host));
  return hosts[0] === hosts[1] || hosts.some((host) => ['0.0.0.0', '::', ''].includes(host));
}

function addressOf(
  key: 'listen' | 'admin',
  inFile: string,
  inEnv: string | undefined,
  problems: Problems,
): Address {
  const address = parseAddress(inEnv || inFile);
  if (address) return address;
  if (inEnv)
    problems.elsewhere(
      `the environment variable POSTERN_${key.toUpperCase()} is not host:port, such as 127.0.0.1:8080`,
    );
  else problems.on([key], 'the port is beyond 65535');
  return { host: '127.0.0.1', port: 0 };
}

function storeOf(file: FileConfig, env: Environment, problems: Problems): Settings['store'] {
  if (file.redis && file.store === 'memory')
    problems.on(['store'], 'the file names both "redis" and "store: memory"; keep one');
  const inFile = file.redis ? redisInFile(file.redis, problems) : undefined;
  const address = env.REDIS_URL ? redisInEnvironment(env.REDIS_URL, problems) : inFile;
  if (address) {
    if (file.records && !env.REDIS_URL)
      problems.on(['records'], '"records" is for "store: memory"; write them to Redis instead', 'key');
    return { kind: 'redis', address };
  }
  if (file.store === 'memory') return { kind: 'memory', records: recordsOf(file.records ?? {}) };
  if (file.records) problems.on(['records'], '"records" is for "store: memory"', 'key');
  return undefined;
}

function redisInFile(url: string, problems: Problems): RedisAddress {
  return redisAt(url, ({ message, offset, severity }) =>
    problems.inText(['redis'], { text: url, offset }, message, severity),
  );
}

function redisInEnvironment(url: string, problems: Problems): RedisAddress {
  return redisAt(url, ({ message, offset, severity }) => {
    const where = `the environment variable REDIS_URL, at character ${offset + 1}`;
    problems.elsewhere(`${where}: ${message}`, severity);
  });
}

/** Reports what is wrong with a URL. The address is of use only where that is nothing. */
function redisAt(url: string, report: (problem: UrlProblem) => void): RedisAddress {
  const { address, problems } = parseRedisUrl(url);
  for (const problem of problems) report(problem);
  return address;
}

/** Maps are kept as the JSON that an app would have written to Redis. */
function recordsOf(records: Readonly<Record<string, unknown>>): ReadonlyMap<string, Stored> {
  return new Map(
    Object.entries(records).map(([key, value]) => [
      key,
      Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    ]),
  );
}

function trustedHostOf(
  { trusted_headers: headers = [], ...file }: FileConfig,
  problems: Problems,
): TrustedHost {
  if (headers.length > 0 && (file.trusted_proxies ?? []).length === 0)
    problems.on(['trusted_headers'], 'nobody may send them: list your proxies in "trusted_proxies"', 'key');
  return { host: headers.includes('x-forwarded-host'), port: headers.includes('x-forwarded-port') };
}

function networksOf(texts: readonly string[], problems: Problems): Network[] {
  return texts.flatMap((text, index) => {
    const network = parseNetwork(text);
    if (!network) problems.on(['trusted_proxies', index], 'not a network such as 10.0.0.0/8, nor an address');
    else if (network.prefix === 0) {
      problems.on(
        ['trusted_proxies', index],
        'everybody cannot be a trusted proxy: name the networks of your own proxies',
      );
    }
    return network ? [network] : [];
  });
}
