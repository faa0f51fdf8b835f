import fc from 'fast-check';
import t from 'tap';
import { connect } from '../support/raw.ts';
import { search } from '../support/runs.ts';
import { head, stand } from '../support/stand.ts';
import type { Upstream } from '../support/upstream.ts';

/** What gateways and backends have read differently, and what surrounds it. */
const PIECES = [
  ...[
    '/',
    '/',
    '/',
    '//',
    '\\',
    '%2f',
    '%2F',
    '%5c',
    '%5C',
    '%252f',
    '%c0%af',
    '%e0%80%af',
    '%ef%bc%8f',
    '\xc0\xaf',
  ],
  ...[
    '.',
    '..',
    '...',
    '%2e',
    '%2E',
    '%2e%2e',
    '.%2e',
    '%252e',
    '%c0%ae',
    '%ef%bc%8e',
    '..;',
    ';',
    '%3b',
    ';x=1',
    '%u002e',
  ],
  ...[
    'admin',
    '%61dmin',
    'ADMIN',
    'Admin',
    'admi%6e',
    'public',
    '%70ublic',
    'x',
    'api',
    'mine',
    'club',
    '%C3%A9',
    '\xe9',
  ],
  ...[
    '?',
    '??',
    '#',
    '%23',
    '%3f',
    '%',
    '%%',
    '%2',
    '%zz',
    '%00',
    '%0a',
    '%0d%0a',
    '%09',
    '%20',
    '+',
    '%25',
    '%7f',
  ],
  ...[
    '&',
    '=',
    ':',
    '@',
    '*',
    '~',
    '!',
    "'",
    '"',
    '<',
    '{',
    '|',
    '^',
    '`',
    '[',
    '\x80',
    '\t',
    ' ',
    '\x00',
    '\x0b',
    '\x1b',
  ],
];

const tails = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((parts) => parts.join(''));
const paths = fc
  .tuple(fc.constantFrom('/public/', '/chat/', '/api/', '/', '/public', ''), tails)
  .map((parts) => parts.join(''));

/** Ways in which servers read a path: each may decode, cut, fold or climb before it looks a resource up. */
const READERS = [
  (path: string) => path,
  decoded,
  (path: string) => decoded(decoded(path)),
  (path: string) => decoded(path).replaceAll('\\', '/'),
  (path: string) => path.replaceAll(/;[^/]*/g, ''),
  (path: string) => decoded(path.replaceAll(/;[^/]*/g, '')),
  (path: string) => decoded(path).replaceAll(/;[^/]*/g, ''),
  (path: string) => decoded(path.split('#', 1)[0] ?? ''),
  (path: string) => decoded(path).split(/[?#]/, 1)[0] ?? '',
  (path: string) => decoded(path).replaceAll(/[\0-\x20]/g, ''),
  (path: string) => decoded(path).normalize('NFKC'),
].map((read) => (path: string) => climbed(read(path)));

/** RFC 3986 §6.2.2.2: an encoded letter is the same path everywhere, so that the rules may decode it. */
function lettered(path: string): string {
  return path.replaceAll(/%(?:[46][1-9a-f]|[57][0-9a])/gi, decodeURIComponent);
}

function decoded(path: string): string {
  return path.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
  );
}

/** RFC 3986 §5.2.4, with empty segments merged. */
function climbed(path: string): string {
  const out: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') out.pop();
    else if (segment !== '.' && segment !== '') out.push(segment);
  }
  return `/${out.join('/')}`;
}

/** Nobody has logged in: what any server could read as another folder than the one that is open may not arrive. */
function climbing({ requests }: Upstream): string[] {
  return requests.flatMap((request) => {
    const judged = lettered(request.header('x-cut').join() + (request.target.split('?', 1)[0] ?? ''));
    const folder = /^\/(public|chat|api)(\/|$)/.exec(judged)?.[0].replaceAll('/', '');
    const inside = new RegExp(`^/${folder}(/|$)`);
    return READERS.filter((read) => !inside.test(read(judged))).map(
      (read) => `${judged} can be ${read(judged)}`,
    );
  });
}

t.test(
  'over HTTP: no spelling arrives that any server could read as another path than the one judged',
  async (t) => {
    const { port, upstream, broken } = await stand(t);
    await search(t, 'paths', {
      values: paths,
      tries: 5_000,
      batch: 100,
      async judge(targets) {
        const odd: string[] = [];
        await Promise.all(
          targets.map(async (target) => {
            const client = await connect(port);
            await client.send(head('GET', target));
            const { status } = await client.response();
            if (![200, 400, 401, 404].includes(status)) odd.push(`${status} for ${target}`);
            client.destroy();
          }),
        );
        return [...odd, ...climbing(upstream), ...(await broken())];
      },
    });
  },
);

t.test('over upgrades too', async (t) => {
  const { upgrade, upstream, broken } = await stand(t);
  await search(t, 'paths of upgrades', {
    values: tails.map((tail) => `/chat/${tail}`),
    tries: 500,
    async judge(targets) {
      const statuses = await Promise.all(targets.map((target) => upgrade(target)));
      const odd = statuses
        .filter((status) => ![101, 400].includes(status))
        .map((status) => `answered ${status}`);
      return [...odd, ...climbing(upstream), ...(await broken())];
    },
  });
});
