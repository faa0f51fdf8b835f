import t from 'tap';
import { ADA, stand } from '../support/stand.ts';

/** A stalled loop would answer nobody for as long as it takes; these patterns take minutes where they backtrack. */
const EXPRESSIONS = [
  "request.path.glob('*a*a*a*a*a*a*a*a*b')",
  `request.path.glob('*${'a'.repeat(400)}b')`,
  "request.path.glob('*?*?*?*?*?*?b')",
  "request.path.endsWith('b')",
  "request.path.contains('ab')",
];

t.test('what may be asked of an 8 KB path is answered at once', async (t) => {
  const { get, upstream } = await stand(t, {
    routes: EXPRESSIONS.map(
      (text, index) =>
        `{ id: long${index}, path: /long${index}/**, authenticate: [token], permit: { when: ${JSON.stringify(text)} }, forward: back }`,
    ),
  });
  const path = 'a'.repeat(8_000);
  for (const index of EXPRESSIONS.keys()) t.equal((await get(`/long${index}/${path}`, [ADA])).status, 403);
  t.same(upstream.requests, []);
});

t.test('a regular expression is refused when the file is loaded', async (t) => {
  for (const text of [
    "request.path.matches('^(a+)+$')",
    "user.username.matches('(a|a)*b')",
    "'x'.matches(request.path)",
  ]) {
    const route = `{ id: r, path: /r/**, authenticate: [token], permit: { when: ${JSON.stringify(text)} }, forward: back }`;
    await t.rejects(stand(t, { routes: [route] }), /matches/, text);
  }
});
