import fc from 'fast-check';
import t from 'tap';
import { compileUserUrl, type UserUrl } from '../../src/authenticate/user-url.ts';

function compile(template: string): UserUrl {
  const compiled = compileUserUrl(template);
  if (typeof compiled === 'string') throw new Error(compiled);
  return compiled;
}

const inPath = compile('http://app:8000/internal/users/{id}');
const inQuery = compile('http://app:8000/users?active=1&id={id}');

t.test('ids of real issuers are percent-encoded', async (t) => {
  const encoded: [string, string][] = [
    ['7', '7'],
    ['auth0|5f7c', 'auth0%7C5f7c'],
    ['f:1c7a:ada', 'f%3A1c7a%3Aada'],
    ["o'brien@example.com", 'o%27brien%40example.com'],
    ['Zoë', 'Zo%C3%AB'],
    ['Ada Lovelace', 'Ada%20Lovelace'],
    ['50%', '50%25'],
    ['a&b=c#d?e;f', 'a%26b%3Dc%23d%3Fe%3Bf'],
    ['team/7', 'team%2F7'],
    ['...', '...'],
    ['a..b', 'a..b'],
    ['$&', '%24%26'],
  ];
  for (const [id, text] of encoded) {
    t.equal(inPath(id)?.href, `http://app:8000/internal/users/${text}`);
    t.equal(inQuery(id)?.href, `http://app:8000/users?active=1&id=${text}`);
  }
});

t.test('what a parser, a proxy or a backend would fold names no user in a path', async (t) => {
  const folding = [
    '.',
    '..',
    '%2e',
    '%2E%2e',
    '.%2e',
    '%252e%252e',
    '..;x',
    '../7',
    'x/../7',
    'x/..',
    'x//7',
    '/7',
    '7/',
    '.. ',
    ' ..;x',
    '..\\7',
    'x%2f..%2f7',
    'x%5c..',
    '．．',
  ];
  for (const id of folding) {
    t.equal(inPath(id), undefined, id);
    t.equal(inQuery(id)?.searchParams.get('id'), id, 'a query has no segments');
  }
});

t.test('an id stays within its segment or parameter, whatever it is', async (t) => {
  const pieces = fc.oneof(
    fc.constantFrom(
      '.',
      '..',
      '/',
      '\\',
      '%2e',
      '%2F',
      '%',
      ';',
      '?',
      '#',
      '&',
      '=',
      '@',
      ':',
      ' ',
      'é',
      '7',
    ),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  );
  const ids = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(ids, (id) => {
      const url = inPath(id);
      if (url) {
        const { origin, pathname, search, hash } = new URL(url.href);
        const segments = pathname.split('/');
        if (origin !== 'http://app:8000' || search !== '' || hash !== '') return false;
        if (segments.length !== 4 || decodeURIComponent(segments[3] ?? '') !== id) return false;
        // A proxy that decodes before it folds still ends below the same folder.
        if (
          new URL(decodeURIComponent(pathname).replaceAll(/[?#]/g, '_'), origin).pathname.split('/').length <
          4
        )
          return false;
      }
      const query = inQuery(id);
      return query === undefined || [...query.searchParams].flat().join('\n') === `active\n1\nid\n${id}`;
    }),
    { numRuns: 5_000 },
  );
  t.pass();
});

t.test('where the id is, and what else is in the URL, is judged at load', async (t) => {
  const problems: [string, RegExp][] = [
    ['http://{id}.example.com/', /in its path or query/],
    ['http://app/users#{id}', /in its path or query/],
    ['http://app:{id}/', /not a URL/],
    ['http://me:secret@app/{id}', /must not hold a user name or a password/],
    ['http://{id}@app/', /must not hold a user name/],
  ];
  for (const [template, problem] of problems) {
    t.match(compileUserUrl(template), problem, template);
    t.notMatch(compileUserUrl(template), /secret/);
  }
});
