import { createHash } from 'node:crypto';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { withinNetworks } from '../core/address.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { isMap } from '../core/is-map.ts';
import { type Keep, keepNothing } from '../core/kept.ts';
import type { CompiledRoute } from '../core/rules.ts';
import type { Store } from '../core/store.ts';
import { readTextFile } from '../core/text-file.ts';
import type { Upstream } from '../core/upstream.ts';
import type { UserSources } from '../core/users.ts';
import type { Log } from '../core/words.ts';
import { createRouter, type Router } from '../match/router.ts';
import { MemoryStore } from '../store/memory/memory-store.ts';
import type { Environment } from '../yaml/environment.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { Problems } from '../yaml/problems.ts';
import { compileAuthenticators } from './compile-authenticators.ts';
import { IdentifyCompiler } from './compile-identify.ts';
import { PermissionCompiler } from './compile-permissions.ts';
import { RouteCompiler } from './compile-routes.ts';
import { ThrottleCompiler } from './compile-throttles.ts';
import { compileUpstreams } from './compile-upstreams.ts';
import { compileUsers } from './compile-users.ts';
import { warnOfHiddenRoutes } from './hidden-routes.ts';
import { warnOfMixedIssuers } from './issuer-checks.ts';
import { type FileConfig, FileSchema } from './schema.ts';
import { type Settings, settingsOf } from './settings.ts';
import { warnOfUnusedNames } from './unused-names.ts';
import { validate } from './validate.ts';
import type { Schema } from './value-words.ts';

/** A file that was read and fits the schema; `compile` makes it work. */
export interface Loaded {
  file: FileConfig;
  settings: Settings;
  directory: string;
  /** The file is checked where its variables and secrets are not. */
  filesElsewhere: boolean;
  problems: Problems;
  /** Tells one content of the file from another: the beginning of its SHA-256. */
  hash: string;
}

/** Everything that a gateway needs of its file. */
export interface Compiled {
  routes: readonly CompiledRoute[];
  router: Router;
  upstreams: ReadonlyMap<string, Upstream>;
  /** Every header that an `identify` anywhere names: none of them is a client's to send. */
  identityHeaders: ReadonlySet<string>;
  /** The public keys of signed identities, as a JWK Set. */
  keySet(): string;
  /** Drops what is remembered of a user, so that the next request looks them up anew. */
  forgetUser(id: string): void;
}

/** The file cannot be used; `problems` says why, all at once. */
export class InvalidConfiguration extends Error {
  override name = 'InvalidConfiguration';
  readonly problems: Problems;

  constructor(problems: Problems) {
    super(problems.toString());
    this.problems = problems;
  }
}

/** There is no file to read. */
export class MissingFile extends Error {
  override name = 'MissingFile';
}

/**
 * Reads a configuration file and fits it to the schema.
 *
 * @param env undefined to check the file without the variables and secrets of the machine that will serve it
 * @throws MissingFile, InvalidConfiguration
 */
export function load(file: string, env: Environment | undefined): Loaded {
  const read = readTextFile(file);
  if ('text' in read) return loadText(read.text, file, env);
  throw new MissingFile(`cannot read the configuration ${file}: ${read.problem}`);
}

/** As `load`, of a text that is already at hand; `file` names it in messages. */
export function loadText(text: string, file: string, env: Environment | undefined): Loaded {
  const directory = dirname(resolve(file));
  const { value, problems } = parseYaml({ text, file: fromHere(file), directory, env });
  if (value !== undefined) validate(FileSchema as unknown as Schema, value, problems);
  if (!isMap(value)) throw new InvalidConfiguration(problems);
  const config = { upstreams: {}, routes: [], ...value } as FileConfig;
  // REDIS_URL may be set where the file will be served.
  if (!env && config.redis === undefined) problems.mark(['redis']);
  const settings = settingsOf(config, env ?? {}, problems);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const loaded = { file: config, settings, directory, filesElsewhere: env === undefined, problems, hash };
  if (!problems.empty) refuse(loaded);
  return loaded;
}

/** The file as messages name it: from where the user is, so that terminals and editors find it. */
function fromHere(file: string): string {
  const path = relative('', file);
  return path.startsWith('..') || isAbsolute(path) ? file : path;
}

/** Compiles what is sound in the file, so that everything that is wrong with it is told at once. */
function refuse(loaded: Loaded): never {
  try {
    compileOnly(loaded);
  } catch {
    // Parts may fail on what does not fit the schema; that is among the problems already.
  }
  throw new InvalidConfiguration(loaded.problems);
}

/** What compiled parts use of the world. */
export interface World {
  clock: Clock;
  store: Store;
  log: Log;
  keep: Keep;
}

/**
 * Makes routes of what the file says.
 *
 * @throws InvalidConfiguration with every problem of the file, those of `load` among them
 */
export function compile(loaded: Loaded, world: World): Compiled {
  const { file, settings, directory, filesElsewhere, problems } = loaded;
  const hasStore = settings.store !== undefined || problems.excused(['store']) || problems.excused(['redis']);
  const anybodyTrusted = settings.trustedProxies.length > 0 || problems.excused(['trusted_proxies']);
  const tools = {
    ...world,
    directory,
    filesElsewhere,
    trusted: anybodyTrusted ? withinNetworks(settings.trustedProxies) : undefined,
    ...compileUsers(file, { ...world, directory, filesElsewhere }, problems, hasStore),
  };
  const authenticators = compileAuthenticators(file.authenticators ?? {}, problems, tools, hasStore);
  const identify = new IdentifyCompiler(problems, tools);
  const routeCompiler = new RouteCompiler(
    {
      file,
      authenticators,
      permissions: new PermissionCompiler(file.permissions ?? {}, problems, tools),
      throttles: new ThrottleCompiler(file.throttles ?? {}, problems, tools),
      identify,
      hasStore,
    },
    problems,
  );
  const vouched = [...authenticators.values()].flatMap((authenticator) => authenticator.vouched ?? []);
  // Every header that is named anywhere is ours on every route, and so is one of defaults that nobody inherits.
  if (file.defaults?.identify) identify.compile(file.defaults.identify, ['defaults', 'identify']);
  const upstreams = compileUpstreams(file.upstreams, identify.keySet, problems, world.keep);
  const routes = file.routes.flatMap((config, index) => routeCompiler.compile(config, index) ?? []);
  if (!problems.empty) throw new InvalidConfiguration(problems);
  warnOfHiddenRoutes(routes, problems);
  warnOfUnusedNames(file, problems);
  warnOfMixedIssuers(file, problems);
  return {
    routes,
    router: createRouter(routes.map(({ route }) => route)),
    upstreams,
    identityHeaders: new Set(['X-User', ...identify.headers, ...vouched]),
    keySet: identify.keySet,
    forgetUser: (id) => forget(tools.users, id),
  };
}

/**
 * Compiles a file that will not serve: no connection is made, nothing is logged.
 *
 * @throws InvalidConfiguration
 */
export function compileOnly(loaded: Loaded): Compiled {
  const log = { info() {}, warn() {}, error() {} };
  const store = new MemoryStore(systemClock);
  return compile(loaded, { clock: systemClock, store, log, keep: keepNothing });
}

function forget({ main, named }: UserSources, id: string): void {
  for (const source of [main, ...named.values()]) source?.forget(id);
}
