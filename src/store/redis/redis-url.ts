/** Where a Redis is, and what a connection to it begins with. */
export interface RedisAddress {
  /** A host and a port, or the path of a Unix socket. */
  at: { host: string; port: number } | { path: string };
  tls: boolean;
  username: string | undefined;
  password: string | undefined;
  db: number;
}

/** What is wrong with a URL, or in it without effect. No message holds any part of a user or password. */
export interface UrlProblem {
  message: string;
  /** The offset of the character in the URL. */
  offset: number;
  severity: 'error' | 'warning';
}

export interface ParsedUrl {
  /** Leads nowhere after an error. */
  address: RedisAddress;
  problems: readonly UrlProblem[];
}

/** The first thing that is wrong ends the parsing. */
class Wrong extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const NOWHERE: RedisAddress = {
  at: { host: '127.0.0.1', port: 0 },
  tls: false,
  username: undefined,
  password: undefined,
  db: 0,
};

const FORM = 'redis://[user:password@]host[:port][/db]';
const SCHEMES = ['redis', 'rediss', 'unix'];
/** What people write in the place of the scheme, and what they mean. */
const INSTEAD: Readonly<Record<string, string>> = {
  valkey: 'write redis://',
  valkeys: 'write rediss://',
  tcp: 'write redis://',
  http: 'write redis://',
  https: 'write rediss://',
  'redis-socket': 'write unix://',
  'redis+unix': 'write unix://',
  'redis+socket': 'write unix://',
};
/** Options of redis-py, django-redis and ioredis that shape a client and choose no server: two apps may share a URL. */
const OTHER_CLIENTS =
  /^(client_name|connectionName|decode_responses|encoding|encoding_errors|family|health_check_interval|keepAlive|max_connections|maxRetriesPerRequest|protocol|retry_on_timeout|single_connection_client|socket_\w+|timeout|\w+Timeout)$/;

/**
 * Parses a Redis URL as redis-py's `from_url` and ioredis document it, where the two agree; what they read
 * differently, or read by guessing, is a problem. `?db=` counts more than the path, as in redis-py.
 */
export function parseRedisUrl(url: string): ParsedUrl {
  try {
    return parse(url);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    const { message, offset } = error;
    return { address: NOWHERE, problems: [{ message, offset, severity: 'error' }] };
  }
}

function parse(url: string): ParsedUrl {
  const scheme = schemeOf(url);
  const odd = /[\s\p{Cc}]/u.exec(url);
  if (odd) throw new Wrong('a URL has no blanks and no control characters: percent-encode them', odd.index);
  const start = scheme.length + 3;
  const end = endOfAuthority(url, start);
  const user = userOf(url.slice(start, end), start);
  const hash = url.indexOf('#', end);
  if (hash >= 0) throw new Wrong('a Redis URL has no "#"', hash);
  const question = url.indexOf('?', end);
  const pathEnd = question < 0 ? url.length : question;
  const path = { text: url.slice(end, pathEnd), offset: end };
  const host = { text: url.slice(start + user.length, end), offset: start + user.length };
  const query = queryOf(question < 0 ? '' : url.slice(question + 1), question + 1, scheme);
  const { username, password } = user;
  const common = { tls: scheme === 'rediss', username, password };
  if (scheme === 'unix') {
    if (host.text !== '') throw new Wrong('a socket is unix:///path/to/redis.sock', host.offset);
    if (path.text.length < 2) throw new Wrong('the path of the socket is missing', path.offset);
    const at = { path: decoded(path.text, path.offset) };
    return { address: { ...common, at, db: query.db ?? 0 }, problems: query.problems };
  }
  const inPath = path.text.length > 1 ? databaseOf(path.text.slice(1), path.offset + 1) : undefined;
  const problems = [...query.problems];
  if (query.db !== undefined && inPath !== undefined && query.db !== inPath) {
    const message = `the path names database ${inPath}, and "db" names ${query.db}: ${query.db} is used, as by redis-py; keep one`;
    problems.push({ message, offset: path.offset, severity: 'warning' });
  }
  return { address: { ...common, at: hostOf(host), db: query.db ?? inPath ?? 0 }, problems };
}

function schemeOf(url: string): string {
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(url) ?? [];
  if (scheme === undefined) throw new Wrong(`a Redis URL begins with redis://, such as ${FORM}`, 0);
  if (SCHEMES.includes(scheme)) return scheme;
  const lower = scheme.toLowerCase();
  if (SCHEMES.includes(lower)) throw new Wrong(`write ${lower}:// in lower case`, 0);
  if (/sentinel|cluster/.test(lower))
    throw new Wrong('Sentinel and Cluster are not spoken: name one server, redis://host:port/db', 0);
  throw new Wrong(
    `a Redis URL begins with redis://, rediss:// (TLS) or unix://${INSTEAD[lower] ? `: ${INSTEAD[lower]}` : ''}`,
    0,
  );
}

/** The offset of the first `/`, `?` or `#` after the host. An `@` further on means that it is part of a password. */
function endOfAuthority(url: string, start: number): number {
  const found = url.slice(start).search(/[/?#]/);
  const end = found < 0 ? url.length : start + found;
  // The path of a socket may have an `@`.
  if (end > start && url.includes('@', end)) throw new Wrong(rawCharacter(url[end] ?? ''), end);
  return end;
}

function rawCharacter(character: string): string {
  const encoded = `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return `"${character}" in a user or password: percent-encode it, as ${encoded}`;
}

interface User {
  username: string | undefined;
  password: string | undefined;
  /** How many characters of the authority it takes, the `@` included. */
  length: number;
}

function userOf(authority: string, start: number): User {
  const at = authority.lastIndexOf('@');
  if (at < 0) return { username: undefined, password: undefined, length: 0 };
  const first = authority.indexOf('@');
  if (first !== at) throw new Wrong(rawCharacter('@'), start + first);
  const colon = authority.slice(0, at).indexOf(':');
  if (colon < 0)
    throw new Wrong(
      'a user without a password: write redis://:password@host, or redis://user:password@host',
      start,
    );
  const username = decoded(authority.slice(0, colon), start);
  const password = decoded(authority.slice(colon + 1, at), start + colon + 1);
  if (username !== '' && password === '') throw new Wrong('the password is empty', start + colon);
  return { username: username || undefined, password: password || undefined, length: at + 1 };
}

/** Percent-decoded once. */
function decoded(text: string, offset: number): string {
  const bare = /%(?![0-9A-Fa-f]{2})/.exec(text);
  if (bare) throw new Wrong('"%" begins no percent-encoding: percent-encode it, as %25', offset + bare.index);
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Wrong('the percent-encoding is not UTF-8', offset + text.indexOf('%'));
  }
}

function hostOf({ text, offset }: { text: string; offset: number }): { host: string; port: number } {
  if (text.includes(',')) throw new Wrong('several hosts: name one server', offset + text.indexOf(','));
  const [, host, port] = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]*)(?::(.*))?$/.exec(text) ?? [];
  if (host === undefined)
    throw new Wrong('a host is a name, an IPv4 address, or an IPv6 address in [brackets]', offset);
  const name = host.replace(/^\[|\]$/g, '');
  const shown = host.startsWith('[') ? name.includes(':') : /^[A-Za-z0-9._-]*$/.test(name);
  if (!shown) throw new Wrong('not the name of a host', offset);
  return { host: name || 'localhost', port: portOf(port, offset + host.length + 1) };
}

function portOf(text: string | undefined, offset: number): number {
  if (text === undefined) return 6379;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new Wrong('a port is a number from 1 to 65535', offset);
  return port;
}

function databaseOf(text: string, offset: number): number {
  if (/^(0|[1-9][0-9]{0,8})$/.test(text)) return Number(text);
  const digits = /^\/*0*([0-9]{1,9})\/*$/.exec(text)?.[1];
  const hint = digits === undefined ? 'redis://host:port/0 is database 0' : `write ${digits}`;
  throw new Wrong(`a database is a number: ${hint}`, offset);
}

interface Query {
  db: number | undefined;
  problems: readonly UrlProblem[];
}

function queryOf(query: string, start: number, scheme: string): Query {
  const problems: UrlProblem[] = [];
  let db: number | undefined;
  let offset = start;
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? '' : pair.slice(equals + 1);
    if (name === 'db') {
      if (db !== undefined) throw new Wrong('"db" is given twice', offset);
      db = databaseOf(decoded(value, offset + 3), offset + 3);
    } else if (OTHER_CLIENTS.test(name) || keepsTls(name, value)) {
      const message = `"${name}" is for other clients; Postern does not read it`;
      problems.push({ message, offset, severity: 'warning' });
    } else if (pair !== '') throw new Wrong(unknownOption(name, scheme), offset);
    offset += pair.length + 1;
  }
  return { db, problems };
}

/** What redis-py does by default, and Postern always. */
function keepsTls(name: string, value: string): boolean {
  return (
    (name === 'ssl_cert_reqs' && value === 'required') ||
    (name === 'ssl_check_hostname' && /^(true|1|yes)$/i.test(value))
  );
}

function unknownOption(name: string, scheme: string): string {
  if (/^(ssl|tls)/.test(name)) {
    return scheme === 'rediss'
      ? 'certificates are always verified; trust an authority of your own with NODE_EXTRA_CA_CERTS'
      : 'TLS is rediss://';
  }
  if (name === 'username' || name === 'password')
    return 'a user and password are written before the host: redis://user:password@host';
  const shown = /^[A-Za-z_][\w-]{0,30}$/.test(name) ? `"${name}"` : 'this';
  return `${shown} is no option of a Redis URL: only "db" is`;
}
