import { validHostPattern } from '../core/host.ts';
import { METHODS } from '../core/methods.ts';
import type { Cors, Destination, Route } from '../core/route.ts';
import type { CompiledRoute } from '../core/rules.ts';
import { suggestion } from '../core/suggest.ts';
import type { Authenticator, Permission, Throttle } from '../core/words.ts';
import { parsePattern, type Segment, shapeOf } from '../match/pattern.ts';
import type { Path, Problems } from '../yaml/problems.ts';
import { chainOf, needsStore } from './compile-authenticators.ts';
import type { IdentifyCompiler } from './compile-identify.ts';
import type { PermissionCompiler } from './compile-permissions.ts';
import type { CompiledThrottle, ThrottleCompiler, ThrottleSpec } from './compile-throttles.ts';
import { compileCors } from './cors.ts';
import { bodyLimits } from './limits.ts';
import { outagePolicy } from './outage.ts';
import type { PermissionSpec } from './permission-spec.ts';
import {
  type Judged,
  requireParameter,
  requireReachable,
  requireUser,
  warnOfAnyPage,
  warnOfChosenCounters,
  warnOfSilentFirst,
} from './route-checks.ts';
import type { FileConfig, RouteConfig, UpstreamConfig } from './schema.ts';

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
  /** Where each host and pattern was first seen, by method. */
  private readonly taken = new Map<string, Map<string, string>>();
  private readonly ids = new Map<string, string>();

  constructor(known: Known, problems: Problems) {
    this.known = known;
    this.problems = problems;
  }

  /** Undefined after a problem. Of a route that does not fit the schema, what does is judged all the same. */
  compile(config: Partial<RouteConfig>, index: number): CompiledRoute | undefined {
    const path: Path = ['routes', index];
    const id = config.id ?? config.path ?? '';
    const place = this.problems.placeOf(path);
    const segments = this.segments(config.path, path);
    if (segments) requireReachable(segments, config.allow ?? [], path, this.problems);
    const host = config.host?.toLowerCase();
    if (host !== undefined && !validHostPattern(host))
      this.problems.on([...path, 'host'], 'a host is a name such as shop.example.com, or "*." and a name');
    const methods = config.methods ?? METHODS;
    const forward =
      config.forward === undefined ? undefined : this.destination(config.forward, config.path, path);
    const lax = laxness(forward && this.known.file.upstreams[forward.upstream]);
    const shape = segments && `${host ?? ''}${shapeOf(withoutLaxSlash(segments, lax), lax.case)}`;
    const chain = this.chain(config, path);
    const judged = { path, segments, chain, ownChain: config.authenticate !== undefined };
    const permit = this.permit(config, judged);
    const throttles = this.throttle(config, id, judged);
    const [spec, at] = this.effective(config, 'identify', path);
    const { templates, assertion } = this.known.identify.compile(
      spec ?? {},
      spec === BUILT_IN.identify ? [] : at,
    );
    if (at[0] === 'routes') {
      for (const { name, params = [] } of templates) {
        for (const param of params) requireParameter(param, [...at, name], judged, this.problems);
      }
    }
    const cors = this.cors(config, path, methods);
    if (cors && forward?.websocket) warnOfAnyPage(cors, chain, path, this.problems);
    if (!this.refuseDuplicates(shape, methods, path, place) || config.id !== undefined)
      this.refuseName(id, path, place);
    if (config.path === undefined || !segments || !forward) return undefined;
    const route = Object.freeze({
      id,
      host,
      path: config.path,
      methods,
      allow: new Set(config.allow),
      place,
      forward,
      body: bodyLimits(config.limits, this.known.file.limits),
      onStoreError: outagePolicy(this.effective(config, 'on_store_error', path)[0] ?? 'deny'),
      cors,
      cache: this.effective(config, 'cache', path)[0],
      csrfExempt: config.csrf_exempt ?? false,
      lax,
    });
    const rules = { authenticate: chain ?? [], permit, throttle: throttles, identify: templates, assertion };
    return { route, rules };
  }

  /**
   * The value that counts for a route, and where it stands. A route's own replaces the default; it never merges.
   * Undefined where one is given and is not what it should be.
   */
  private effective<Key extends keyof Shared>(
    config: Shared,
    key: Key,
    path: Path,
  ): [Shared[Key] | undefined, Path] {
    const { defaults } = this.known.file;
    if (config[key] !== undefined) return [config[key], [...path, key]];
    if (this.problems.wrong([...path, key])) return [undefined, path];
    if (defaults?.[key] !== undefined) return [defaults[key], ['defaults', key]];
    if (this.problems.excused(['defaults', key])) return [undefined, path];
    return [BUILT_IN[key], path];
  }

  private segments(pattern: string | undefined, path: Path): Segment[] | undefined {
    const segments = pattern === undefined ? undefined : parsePattern(pattern);
    if (typeof segments !== 'string') return segments;
    this.problems.on([...path, 'path'], segments);
    return undefined;
  }

  private refuseName(id: string, path: Path, place: string): void {
    const before = this.ids.get(id);
    if (before)
      this.problems.on(
        [...path, 'id'],
        `another route is called "${id}" too, at ${before}: give each its "id"`,
      );
    this.ids.set(id, before ?? place);
  }

  /** True when a method on this host and path is routed already, which is reported. */
  private refuseDuplicates(
    shape: string | undefined,
    methods: readonly string[],
    path: Path,
    place: string,
  ): boolean {
    if (shape === undefined) return false;
    const before = this.taken.get(shape) ?? new Map<string, string>();
    this.taken.set(shape, before);
    const twice = methods.filter((method) => before.has(method));
    const first = before.get(twice[0] ?? '');
    for (const method of methods) before.set(method, before.get(method) ?? place);
    if (first === undefined) return false;
    const which = twice.length === methods.length ? '' : ` for ${twice.join(' and ')}`;
    this.problems.on([...path, 'path'], `this host and path are routed already${which}, at ${first}`);
    return true;
  }

  private chain(config: Shared, path: Path): Authenticator[] | undefined {
    const [names, at] = this.effective(config, 'authenticate', path);
    const chain = names && chainOf(names, at, this.known.authenticators, this.problems);
    warnOfSilentFirst(chain, at, this.problems);
    return chain;
  }

  private permit(config: Shared, judged: Judged): Permission[] {
    const [spec, at] = this.effective(config, 'permit', judged.path);
    const made = listed(spec as PermissionSpec | PermissionSpec[] | undefined, at).flatMap(
      ([one, where]) => this.known.permissions.compile(one, where) ?? [],
    );
    for (const { params, reads = [], name, needsUser } of made) {
      for (const param of new Set([...params, ...reads])) requireParameter(param, at, judged, this.problems);
      if (needsUser) requireUser(name, at, judged, this.problems);
    }
    return made;
  }

  private throttle(config: Shared, id: string, judged: Judged): Throttle[] {
    const [spec, at] = this.effective(config, 'throttle', judged.path);
    const made = listed(spec as ThrottleSpec | ThrottleSpec[] | undefined, at).flatMap(
      ([one, where], index) => this.known.throttles.compile(one, where, `${id}#${index}`) ?? [],
    );
    if (made.length > 0 && !this.known.hasStore) this.problems.on(at, needsStore('a throttle'));
    for (const { by } of made) {
      if (by.startsWith('param:')) requireParameter(by.slice('param:'.length), at, judged, this.problems);
    }
    if (onlyByAddress(made) && judged.chain?.some(({ identifies }) => identifies)) {
      this.problems.warn(
        at,
        'users are known here, but counted by address only: users behind one address share the limit',
      );
    }
    warnOfChosenCounters(made, judged, this.problems);
    return made.map(({ throttle }) => throttle);
  }

  private cors({ cors }: Partial<RouteConfig>, path: Path, methods: readonly string[]): Cors | undefined {
    const made = cors && compileCors(cors, methods);
    if (typeof made !== 'string') return made;
    this.problems.on([...path, 'cors', 'origins'], made);
    return undefined;
  }

  private destination(forward: RouteConfig['forward'], pattern: string | undefined, path: Path): Destination {
    const long = typeof forward === 'string' ? { upstream: forward } : forward;
    const { upstreams } = this.known.file;
    const at: Path = typeof forward === 'string' ? [...path, 'forward'] : [...path, 'forward', 'upstream'];
    const upstream = Object.hasOwn(upstreams, long.upstream) ? upstreams[long.upstream] : undefined;
    if (upstream === undefined && !this.problems.excused(['upstreams', long.upstream]))
      this.problems.on(
        at,
        `there is no upstream "${long.upstream}"${suggestion(long.upstream, Object.keys(upstreams))}`,
      );
    const prefix = long.strip_prefix ?? '';
    if (prefix !== '' && pattern !== undefined && pattern !== prefix && !pattern.startsWith(`${prefix}/`)) {
      this.problems.on(
        [...path, 'forward', 'strip_prefix'],
        `the route's path, "${pattern}", does not begin with "${prefix}"`,
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

/** One or a list of them, each with its place. */
function listed<T extends string | object>(given: T | T[] | undefined, at: Path): [T, Path][] {
  if (given === undefined) return [];
  return Array.isArray(given) ? given.map((one, index) => [one, [...at, index]]) : [[given, at]];
}

function withoutLaxSlash(segments: readonly Segment[], { trailingSlash }: Route['lax']): readonly Segment[] {
  const last = segments.at(-1);
  return trailingSlash && last?.kind === 'literal' && last.text === '' && segments.length > 1
    ? segments.slice(0, -1)
    : segments;
}
