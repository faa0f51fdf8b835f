import { validHostPattern } from '../core/host.ts';
import type { Cors, Destination, Route } from '../core/route.ts';
import type { Authenticator, Permission, Throttle } from '../core/words.ts';
import { parameterNames, parsePattern, type Segment, shapeOf } from '../match/pattern.ts';
import { chainOf, needsStore } from './compile-authenticators.ts';
import type { IdentifyCompiler } from './compile-identify.ts';
import type { PermissionCompiler } from './compile-permissions.ts';
import type { CompiledThrottle, ThrottleCompiler, ThrottleSpec } from './compile-throttles.ts';
import { compileCors } from './cors.ts';
import { bodyLimits } from './limits.ts';
import { outagePolicy } from './outage.ts';
import type { PermissionSpec } from './permission-spec.ts';
import type { Path, Problems } from './problems.ts';
import type { FileConfig, RouteConfig, UpstreamConfig } from './schema.ts';
import { suggestion } from './suggest.ts';

const ALL_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What routes may name. */
export interface Known {
  file: FileConfig;
  authenticators: ReadonlyMap<string, Authenticator>;
  permissions: PermissionCompiler;
  throttles: ThrottleCompiler;
  identify: IdentifyCompiler;
  hasStore: boolean;
}

type Shared = NonNullable<FileConfig['defaults']>;

/** What stands for a route's key that neither the route nor the file's defaults give. */
const BUILT_IN: Shared = {
  authenticate: [],
  permit: 'authenticated',
  throttle: [],
  identify: { 'X-User': '{user.id}' },
  on_store_error: 'deny',
};

export class RouteCompiler {
  private readonly known: Known;
  private readonly problems: Problems;
  /** Where each host, pattern and method was first seen. */
  private readonly taken = new Map<string, string>();
  private readonly ids = new Map<string, string>();

  constructor(known: Known, problems: Problems) {
    this.known = known;
    this.problems = problems;
  }

  compile(config: RouteConfig, index: number): Route | undefined {
    const path: Path = ['routes', index];
    const id = config.id ?? config.path;
    const place = this.problems.placeOf(path);
    const segments = parsePattern(config.path);
    if (typeof segments === 'string') {
      this.problems.on([...path, 'path'], segments);
      return undefined;
    }
    const host = config.host?.toLowerCase();
    if (host !== undefined && !validHostPattern(host))
      this.problems.on([...path, 'host'], 'not a host name, nor *. and a host name');
    const methods = config.methods ?? ALL_METHODS;
    const forward = this.destination(config, path);
    const lax = laxness(this.known.file.upstreams[forward.upstream]);
    this.refuseDuplicates(id, `${host ?? ''}${shapeOf(segments, lax.case)}`, methods, path, place);
    const authenticate = this.chain(config, path);
    const permit = this.permit(config, path, segments, authenticate);
    const [spec, at] = this.effective(config, 'identify', path);
    const { templates, assertion } = this.known.identify.compile(spec ?? {}, at);
    return Object.freeze({
      id,
      host,
      path: config.path,
      methods,
      allow: new Set(config.allow),
      place,
      authenticate,
      permit,
      throttle: this.throttle(config, path, id, segments, authenticate),
      identify: templates,
      assertion,
      forward,
      body: bodyLimits(config.limits, this.known.file.limits),
      onStoreError: outagePolicy(this.effective(config, 'on_store_error', path)[0] ?? 'deny'),
      cors: this.cors(config, path, methods),
      lax,
    });
  }

  /** The value that counts for a route, and where it stands. A route's own replaces the default; it never merges. */
  private effective<Key extends keyof Shared>(config: Shared, key: Key, path: Path): [Shared[Key], Path] {
    if (config[key] !== undefined) return [config[key], [...path, key]];
    const { defaults } = this.known.file;
    if (defaults?.[key] !== undefined) return [defaults[key], ['defaults', key]];
    return [BUILT_IN[key], path];
  }

  private refuseDuplicates(
    id: string,
    shape: string,
    methods: readonly string[],
    path: Path,
    place: string,
  ): void {
    const before = this.ids.get(id);
    if (before)
      this.problems.on(
        [...path, 'id'],
        `another route is called "${id}" too: ${before}${id.startsWith('/') ? ' (give one an "id")' : ''}`,
      );
    this.ids.set(id, before ?? place);
    for (const method of methods) {
      const key = `${method} ${shape}`;
      const first = this.taken.get(key);
      if (first) {
        this.problems.on([...path, 'path'], `${method} on this host and path is already routed, at ${first}`);
        return;
      }
      this.taken.set(key, place);
    }
  }

  private chain(config: RouteConfig, path: Path): Authenticator[] {
    const [names, at] = this.effective(config, 'authenticate', path);
    return chainOf(names ?? [], at, this.known.authenticators, this.problems);
  }

  private permit(
    config: RouteConfig,
    path: Path,
    segments: readonly Segment[],
    chain: readonly Authenticator[],
  ): Permission[] {
    const [spec, at] = this.effective(config, 'permit', path);
    const list = Array.isArray(spec) ? (spec as PermissionSpec[]) : undefined;
    const made = (list ?? [spec as PermissionSpec]).flatMap(
      (one, index) => this.known.permissions.compile(one, list ? [...at, index] : at) ?? [],
    );
    const names = parameterNames(segments);
    for (const { params, name, needsUser } of made) {
      for (const param of params) {
        if (!names.includes(param))
          this.problems.on(at, `the path has no parameter ":${param}"${suggestion(param, names)}`);
      }
      if (needsUser && !chain.some(({ identifies }) => identifies)) {
        this.problems.on(
          at,
          `"${name}" needs a user, and no authenticator of this route knows one: name some in "authenticate", or write "permit: anyone"`,
        );
      }
    }
    return made;
  }

  private throttle(
    config: RouteConfig,
    path: Path,
    id: string,
    segments: readonly Segment[],
    chain: readonly Authenticator[],
  ): Throttle[] {
    const [spec, at] = this.effective(config, 'throttle', path);
    const list = Array.isArray(spec) ? spec : undefined;
    const made = (list ?? [spec as ThrottleSpec]).flatMap(
      (one, index) => this.known.throttles.compile(one, list ? [...at, index] : at, `${id}.${index}`) ?? [],
    );
    if (made.length > 0 && !this.known.hasStore) this.problems.on(at, needsStore('a throttle'));
    const names = parameterNames(segments);
    for (const { by } of made) {
      const param = by.startsWith('param:') ? by.slice('param:'.length) : undefined;
      if (param !== undefined && !names.includes(param))
        this.problems.on(at, `the path has no parameter ":${param}"${suggestion(param, names)}`);
    }
    if (onlyByAddress(made) && chain.some(({ identifies }) => identifies)) {
      this.problems.warn(
        at,
        'users are known here, but counted by address only: users behind one address share the limit',
      );
    }
    return made.map(({ throttle }) => throttle);
  }

  private cors({ cors }: RouteConfig, path: Path, methods: readonly string[]): Cors | undefined {
    const made = cors && compileCors(cors, methods);
    if (typeof made !== 'string') return made;
    this.problems.on([...path, 'cors', 'origins'], made);
    return undefined;
  }

  private destination({ forward, path: pattern }: RouteConfig, path: Path): Destination {
    const long = typeof forward === 'string' ? { upstream: forward } : forward;
    const { upstreams } = this.known.file;
    const at: Path = typeof forward === 'string' ? [...path, 'forward'] : [...path, 'forward', 'upstream'];
    const upstream = Object.hasOwn(upstreams, long.upstream) ? upstreams[long.upstream] : undefined;
    if (upstream === undefined)
      this.problems.on(
        at,
        `there is no upstream "${long.upstream}"${suggestion(long.upstream, Object.keys(upstreams))}`,
      );
    const prefix = long.strip_prefix ?? '';
    if (prefix !== '' && pattern !== prefix && !pattern.startsWith(`${prefix}/`)) {
      this.problems.on(
        [...path, 'forward', 'strip_prefix'],
        `the path ${pattern} does not begin with ${prefix}`,
      );
    }
    const builtIn = typeof upstream === 'object' && 'type' in upstream ? upstream.type : undefined;
    if (long.websocket && builtIn)
      this.problems.on([...path, 'forward', 'websocket'], `an upstream of type ${builtIn} takes no upgrades`);
    const preserved =
      typeof upstream === 'object' && 'preserve_host' in upstream ? upstream.preserve_host : false;
    return {
      upstream: long.upstream,
      stripPrefix: prefix,
      preserveHost: long.preserve_host ?? preserved ?? false,
      websocket: long.websocket ?? false,
      keepCredential: long.keep_credential ?? false,
    };
  }
}

function laxness(upstream: UpstreamConfig | undefined): Route['lax'] {
  const paths = typeof upstream === 'object' && 'paths' in upstream ? upstream.paths : undefined;
  return { case: paths?.case === 'ignored', trailingSlash: paths?.trailing_slash === 'ignored' };
}

function onlyByAddress(throttles: readonly CompiledThrottle[]): boolean {
  return throttles.length > 0 && throttles.every(({ by }) => by === 'ip');
}
