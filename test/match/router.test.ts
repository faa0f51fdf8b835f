import fc from 'fast-check';
import t from 'tap';
import type { Route } from '../../src/core/route.ts';
import { parsePattern, type Segment, shapeOf } from '../../src/match/pattern.ts';
import { createRouter } from '../../src/match/router.ts';

function route(path: string, more: Partial<Route> = {}): Route {
  const made: Partial<Route> = {
    id: `${more.host ?? ''}${path}`,
    host: undefined,
    path,
    methods: ['GET'],
    place: 'routes.yaml:1:1',
    lax: { case: false, trailingSlash: false },
    ...more,
  };
  return made as Route;
}

const split = (path: string) => path.slice(1).split('/');

function find(routes: readonly Route[], path: string, host = 'a.test'): string | undefined {
  const found = createRouter(routes).find(host, 'GET', path, split(path));
  return found && 'route' in found ? found.route.id : undefined;
}

const part = fc.constantFrom('a', 'b', ':x', '*');
const pattern = fc
  .tuple(fc.array(part, { maxLength: 3 }), fc.constantFrom('', '/**', '/'))
  .map(([parts, end]) => `/${parts.join('/')}${parts.length === 0 ? end.slice(1) : end}`)
  .filter((path) => !/:x.*:x/.test(path));
const path = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 4 })
  .map((parts) => `/${parts.join('/')}`);

/** One pattern per shape, as the file would be refused otherwise. */
const patterns = fc.uniqueArray(pattern, {
  minLength: 1,
  maxLength: 8,
  selector: (path) => shapeOf(parsePattern(path) as Segment[], false),
});

const RANK = { literal: 0, one: 1, rest: 2 };

/** The definition, naively: of all patterns that fit, the one that is most specific from the left. */
function mostSpecific(paths: readonly string[], given: string): string | undefined {
  const wanted = split(given);
  const fitting = paths.filter((path) => {
    const segments = parsePattern(path) as Segment[];
    const rest = segments.at(-1)?.kind === 'rest';
    if (rest ? wanted.length < segments.length - 1 : wanted.length !== segments.length) return false;
    return segments.every((segment, at) => {
      if (segment.kind === 'rest') return true;
      return segment.kind === 'literal' ? segment.text === wanted[at] : wanted[at] !== '';
    });
  });
  const ranks = (path: string) => [
    ...(parsePattern(path) as Segment[]).map(({ kind }) => RANK[kind]),
    // What ends where the path ends is more specific than what could go on.
    -1,
  ];
  return fitting.sort((a, b) => {
    const [left, right] = [ranks(a), ranks(b)];
    const at = left.findIndex((rank, index) => rank !== right[index]);
    return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
  })[0];
}

t.test('the most specific pattern is found, by the definition and in any order', async (t) => {
  fc.assert(
    fc.property(patterns, path, (paths, given) => {
      const expected = mostSpecific(paths, given);
      const routes = paths.map((path) => route(path));
      return find(routes, given) === expected && find(routes.toReversed(), given) === expected;
    }),
    { numRuns: 5_000 },
  );
  t.pass();
});

t.test('a parameter has the name that its own route gives it, as raw as it was sent', async (t) => {
  const routes = [
    route('/users/:id/**', { methods: ['GET'] }),
    route('/users/:name/**', { id: 'post', methods: ['POST'] }),
  ];
  const router = createRouter(routes);
  const raw = '/users/%41/x';
  t.match(router.find('a.test', 'GET', raw, ['users', 'A', 'x']), { params: { id: '%41' } });
  t.match(router.find('a.test', 'POST', raw, ['users', 'A', 'x']), { params: { name: '%41' } });
  const odd = createRouter([route('/:__proto__/:constructor')]).find('a.test', 'GET', '/a/b', ['a', 'b']);
  t.same(odd && 'params' in odd ? Object.entries(odd.params) : [], [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

t.test('a literal of an exact upstream goes before one that ignores case', async (t) => {
  const lax = { case: true, trailingSlash: true };
  const routes = [route('/Books/:id', { lax }), route('/books/new')];
  for (const order of [routes, routes.toReversed()]) {
    t.equal(find(order, '/books/new'), '/books/new');
    t.equal(find(order, '/BOOKS/7'), '/Books/:id');
    t.equal(find(order, '/books/7/'), '/Books/:id');
    t.equal(find(order, '/books/New'), '/Books/:id');
  }
});

t.test('the slash that was written goes before the slash that a lax upstream does not mind', async (t) => {
  const lax = { case: false, trailingSlash: true };
  for (const [own, other] of [
    ['/x', '/x/'],
    ['/x/', '/x'],
  ] as const) {
    const routes = [route(own, { lax }), route(other)];
    for (const order of [routes, routes.toReversed()]) {
      t.equal(find(order, own), own);
      t.equal(find(order, other), other);
    }
    t.equal(find([route(own, { lax })], other), own);
    t.equal(find([route(own, { lax }), route('/**')], other), own);
  }
  t.equal(find([route('/', { lax })], '/'), '/');
});

t.test('what is no pattern is told in a sentence', async (t) => {
  const wrong: [string, RegExp][] = [
    ['books', /starts with/],
    ['', /starts with/],
    ['/a//b', /empty segments/],
    ['/a/**/b', /stands last/],
    ['/a*', /whole segment/],
    ['/a/:', /no parameter/],
    ['/a/:1', /no parameter/],
    ['/a/:b-c', /no parameter/],
    ['/:a/:a', /stands twice/],
    ['/a/../b', /dot segments/],
    ['/a?b', /no path may have/],
    ['/a b', /no path may have/],
    ['/a%2Fb', /encoded slash/],
    ['/%E9', /percent-encoded/],
    ['/100%', /percent-encoded/],
  ];
  for (const [text, reason] of wrong) t.match(parsePattern(text), reason, text);
});
