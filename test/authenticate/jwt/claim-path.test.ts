import fc from 'fast-check';
import t from 'tap';
import { claimAt, parseClaimPath } from '../../../src/authenticate/jwt/claim-path.ts';
import { search } from '../../support/runs.ts';

/** What a path finds; 'no path' for one that cannot be read. */
function find(claims: object, text: string): unknown {
  const path = parseClaimPath(text);
  return path ? claimAt(claims, path) : 'no path';
}

t.test('a claim is a name or a path into objects, and names may hold dots', async (t) => {
  const hasura = { 'https://hasura.io/jwt/claims': { 'x-hasura-role': 'editor', 'a.b': { c: 1 } } };
  const cases: [claims: object, path: string, found: unknown][] = [
    [{ sub: '7' }, 'sub', '7'],
    [{ realm_access: { roles: ['a'] } }, 'realm_access.roles', ['a']],
    [{ 'https://example.com/staff': true }, 'https://example.com/staff', true],
    [hasura, 'https://hasura.io/jwt/claims.x-hasura-role', 'editor'],
    [hasura, '"https://hasura.io/jwt/claims".x-hasura-role', 'editor'],
    [hasura, "'https://hasura.io/jwt/claims'.x-hasura-role", 'editor'],
    [hasura, 'https://hasura.io/jwt/claims.a.b.c', 1],
    [hasura, '"https://hasura.io/jwt/claims"."a.b".c', 1],
    [hasura, '"https://hasura.io".jwt/claims', undefined],
    [{ a: { b: 'path' }, 'a.b': 'name' }, 'a.b', 'name'],
    [{ a: { b: 'path' }, 'a.b': 'name' }, 'a."b"', 'path'],
    [{ a: { b: { c: 1 } }, 'a.b': { d: 2 } }, 'a.b.c', 1],
    [{ resource_access: { 'my.client': { roles: ['r'] } } }, 'resource_access.my.client.roles', ['r']],
    [{ a: ['x'] }, 'a.0', undefined],
    [{ a: 'text' }, 'a.length', undefined],
    [{ a: {} }, 'a.constructor', undefined],
    [{}, '__proto__', undefined],
    [{}, 'toString', undefined],
    [{ a: null }, 'a.b', undefined],
    [JSON.parse('{"__proto__": {"admin": true}}') as object, 'admin', undefined],
  ];
  for (const [claims, path, found] of cases) t.same(find(claims, path), found, path);
});

t.test('a path that cannot be read is none', async (t) => {
  for (const path of ['', '.', 'a.', '.a', 'a..b', '"a', 'a."b', '"a"b', '"".a', "'a", '"a".'])
    t.equal(find({}, path), 'no path', path);
});

/** Claims with one value, `found`, below these names, and others beside them on the way. */
function nested(names: readonly string[], beside: Readonly<Record<string, string>>): object {
  return names.reduceRight<unknown>(
    (inner, name) => ({ ...beside, ...Object.fromEntries([[name, inner]]) }),
    'found',
  ) as object;
}

const namesWithout = (forbidden: RegExp) =>
  fc.tuple(
    fc.array(
      fc.string({ minLength: 1, maxLength: 6 }).filter((text) => !forbidden.test(text)),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    fc.dictionary(fc.string({ maxLength: 3 }), fc.string()),
  );

t.test('a quoted path finds every claim, whatever the names', async (t) => {
  await search(t, 'quoted paths', {
    values: namesWithout(/"/),
    tries: 500,
    judge: (several) =>
      several.flatMap(([names, beside]) => {
        const path = names.map((name) => `"${name}"`).join('.');
        return find(nested(names, beside), path) === 'found' ? [] : [path];
      }),
  });
});

t.test('a plain path finds every claim whose names hold no dot', async (t) => {
  await search(t, 'plain paths', {
    values: namesWithout(/[."']/),
    tries: 500,
    judge: (several) =>
      several.flatMap(([names]) =>
        find(nested(names, {}), names.join('.')) === 'found' ? [] : [names.join('.')],
      ),
  });
});
