import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Clock } from '../core/clock.ts';
import type { Route } from '../core/route.ts';
import type { Store } from '../core/store.ts';
import type { Upstream } from '../core/upstream.ts';
import type { Log } from '../core/words.ts';
import { createRouter, type Router } from '../match/router.ts';
import { compileAuthenticators } from './compile-authenticators.ts';
import { IdentifyCompiler } from './compile-identify.ts';
import { PermissionCompiler } from './compile-permissions.ts';
import { RouteCompiler } from './compile-routes.ts';
import { ThrottleCompiler } from './compile-throttles.ts';
import { compileUpstreams } from './compile-upstreams.ts';
import type { Environment } from './environment.ts';
import { warnOfHiddenRoutes } from './hidden-routes.ts';
import type { Problems } from './problems.ts';
import { type FileConfig, FileSchema } from './schema.ts';
import { type Settings, settingsOf } from './settings.ts';
import { type Schema, validate } from './validate.ts';
import { parseYaml } from './yaml.ts';

/** A file that was read and fits the schema; `compile` makes it work. */
export interface Loaded {
  file: FileConfig;
  settings: Settings;
  directory: string;
  problems: Problems;
}

/** Everything that a gateway needs of its file. */
export interface Compiled {
  routes: readonly Route[];
  router: Router;
  upstreams: ReadonlyMap<string, Upstream>;
  /** Every header that an `identify` anywhere names: none of them is a client's to send. */
  identityHeaders: ReadonlySet<string>;
  /** The public keys of signed identities, as a JWK Set. */
  keySet(): string;
}

/** The file cannot be used; `problems` says why, all at once. */
export class InvalidConfiguration extends Error {
  override name = 'InvalidConfiguration';
  readonly problems: Problems;

  constructor(problems: Problems) {
    super(problems.list.map((problem) => problems.describe(problem)).join('\n\n'));
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
 * @throws MissingFile, InvalidConfiguration
 */
export function load(file: string, env: Environment): Loaded {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new MissingFile(
      `cannot read the configuration ${file}: ${reason === 'ENOENT' ? 'there is no such file' : reason}`,
    );
  }
  return loadText(text, file, env);
}

/** As `load`, of a text that is already at hand; `file` names it in messages. */
export function loadText(text: string, file: string, env: Environment): Loaded {
  const directory = dirname(resolve(file));
  const { value, problems } = parseYaml({ text, file: basename(file), directory, env });
  if (problems.empty) validate(FileSchema as unknown as Schema, value, problems);
  if (!problems.empty) throw new InvalidConfiguration(problems);
  const config = value as FileConfig;
  return { file: config, settings: settingsOf(config, env, problems), directory, problems };
}

/** What compiled parts use of the world. */
export interface World {
  clock: Clock;
  store: Store;
  log: Log;
}

/**
 * Makes routes of what the file says.
 *
 * @throws InvalidConfiguration with every problem of the file, those of `load` among them
 */
export function compile({ file, settings, directory, problems }: Loaded, world: World): Compiled {
  const tools = { ...world, directory };
  const hasStore = settings.store !== undefined;
  const identify = new IdentifyCompiler(problems, tools);
  const routeCompiler = new RouteCompiler(
    {
      file,
      authenticators: compileAuthenticators(file.authenticators ?? {}, problems, tools, hasStore),
      permissions: new PermissionCompiler(file.permissions ?? {}, problems, tools),
      throttles: new ThrottleCompiler(file.throttles ?? {}, problems),
      identify,
      hasStore,
    },
    problems,
  );
  const upstreams = compileUpstreams(file.upstreams, identify.keySet, problems);
  const routes = file.routes.flatMap((config, index) => routeCompiler.compile(config, index) ?? []);
  if (!problems.empty) throw new InvalidConfiguration(problems);
  warnOfHiddenRoutes(routes, problems);
  return {
    routes,
    router: createRouter(routes),
    upstreams,
    identityHeaders: new Set(['X-User', ...identify.headers]),
    keySet: identify.keySet,
  };
}
