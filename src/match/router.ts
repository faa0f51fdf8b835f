import type { Route } from '../core/route.ts';
import { parsePattern, type Segment } from './pattern.ts';

/** The routes of one pattern, by method; `names` are those of the path parameters, in order. */
interface Leaf {
  routes: Map<string, Route>;
}

interface Node {
  literals: Map<string, Node>;
  /** Lower-case literals of routes whose upstream ignores case. */
  folded: Map<string, Node>;
  one: Node | undefined;
  rest: Leaf | undefined;
  here: Leaf | undefined;
  /** Patterns written otherwise, whose upstream reads this spelling as theirs. */
  alike: Leaf | undefined;
}

/** What matching found: a route with its parameters, the methods that there are instead, or nothing. */
export type Found =
  | { route: Route; params: Readonly<Record<string, string>> }
  | { allowed: readonly string[] }
  | undefined;

export interface Router {
  find(host: string, method: string, path: string, segments: readonly string[]): Found;
}

/**
 * Chooses one pattern, then a route by method. First the host (exact, longest `*.` suffix, none), then the
 * path, segment by segment from the left: a literal before `:name` and `*`, those before `**`. The order of the
 * routes never matters. The methods of a less specific pattern are never tried.
 */
export function createRouter(routes: readonly Route[]): Router {
  const exact = new Map<string, Node>();
  const suffixes = new Map<string, Node>();
  const any = emptyNode();
  for (const route of routes) insert(rootFor(route.host), route);
  const bySuffix = [...suffixes].sort(([a], [b]) => b.length - a.length);

  function rootFor(host: string | undefined): Node {
    if (host === undefined) return any;
    const table = host.startsWith('*.') ? suffixes : exact;
    const key = host.startsWith('*.') ? host.slice(1) : host;
    const root = table.get(key) ?? emptyNode();
    table.set(key, root);
    return root;
  }

  function pick(host: string, segments: readonly string[]): Leaf | undefined {
    const own = exact.get(host);
    const found = own && walk(own, segments, 0);
    if (found) return found;
    for (const [suffix, root] of bySuffix) {
      const leaf = host.endsWith(suffix) && host.length > suffix.length ? walk(root, segments, 0) : undefined;
      if (leaf) return leaf;
    }
    return walk(any, segments, 0);
  }

  return {
    find(host, method, path, segments) {
      const leaf = pick(host, segments);
      if (!leaf) return undefined;
      const route = leaf.routes.get(method);
      return route ? { route, params: parameters(route, path) } : { allowed: [...leaf.routes.keys()] };
    },
  };
}

function emptyNode(): Node {
  return {
    literals: new Map(),
    folded: new Map(),
    one: undefined,
    rest: undefined,
    here: undefined,
    alike: undefined,
  };
}

function insert(root: Node, route: Route): void {
  const segments = parsePattern(route.path);
  if (typeof segments === 'string') throw new Error(`${route.place}: ${segments}`);
  const methods = route.methods.includes('GET') ? [...route.methods, 'HEAD'] : route.methods;
  for (const [index, variant] of variants(segments, route.lax.trailingSlash).entries()) {
    let node = root;
    let leaf: Leaf | undefined;
    for (const segment of variant) {
      if (segment.kind === 'rest') leaf = node.rest ??= { routes: new Map() };
      else node = descend(node, segment, route.lax.case);
    }
    if (index === 0) leaf ??= node.here ??= { routes: new Map() };
    else leaf ??= node.alike ??= { routes: new Map() };
    // An explicit HEAD route wins over the one that GET brings along.
    for (const method of methods) {
      if (route.methods.includes(method) || !leaf.routes.has(method)) leaf.routes.set(method, route);
    }
  }
}

/**
 * A backend that ignores trailing slashes reads `/x` and `/x/` alike, so both spellings lead to the route, its own
 * first.
 */
function variants(segments: readonly Segment[], laxSlash: boolean): (readonly Segment[])[] {
  const last = segments.at(-1);
  if (!laxSlash || last?.kind === 'rest') return [segments];
  const slashed = last?.kind === 'literal' && last.text === '';
  if (slashed && segments.length === 1) return [segments];
  return [segments, slashed ? segments.slice(0, -1) : [...segments, { kind: 'literal', text: '' }]];
}

function descend(node: Node, segment: Segment, foldCase: boolean): Node {
  if (segment.kind === 'literal') {
    const table = foldCase ? node.folded : node.literals;
    const key = foldCase ? segment.text.toLowerCase() : segment.text;
    const next = table.get(key) ?? emptyNode();
    table.set(key, next);
    return next;
  }
  node.one ??= emptyNode();
  return node.one;
}

/** `/x/**` is `/x`, `/x/` and everything below, so `rest` is tried at the end of the path too. */
function walk(node: Node, segments: readonly string[], at: number): Leaf | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.here ?? node.alike ?? node.rest;
  const literal = node.literals.get(segment);
  const byLiteral = literal && walk(literal, segments, at + 1);
  if (byLiteral) return byLiteral;
  if (node.folded.size > 0) {
    const folded = node.folded.get(segment.toLowerCase());
    const byFolded = folded && walk(folded, segments, at + 1);
    if (byFolded) return byFolded;
  }
  const byName = node.one && segment !== '' ? walk(node.one, segments, at + 1) : undefined;
  return byName ?? node.rest;
}

const NO_PARAMETERS: Readonly<Record<string, string>> = Object.freeze(Object.create(null));
const patterns = new WeakMap<Route, [index: number, name: string][]>();

function parameters(route: Route, path: string): Readonly<Record<string, string>> {
  const named = patterns.get(route) ?? remember(route);
  if (named.length === 0) return NO_PARAMETERS;
  const raw = path.slice(1).split('/');
  const params: Record<string, string> = Object.create(null);
  for (const [index, name] of named) params[name] = raw[index] ?? '';
  return params;
}

function remember(route: Route): [number, string][] {
  const segments = parsePattern(route.path);
  const named: [number, string][] = [];
  if (typeof segments !== 'string') {
    for (const [index, segment] of segments.entries()) {
      if (segment.kind === 'one' && segment.name) named.push([index, segment.name]);
    }
  }
  patterns.set(route, named);
  return named;
}
