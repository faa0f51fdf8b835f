import fc from 'fast-check';
import t from 'tap';
import type { Pair } from '../support/http.ts';
import { connect } from '../support/raw.ts';
import { search } from '../support/runs.ts';
import { head, stand } from '../support/stand.ts';

const WORDS = [
  'x-user',
  'X-User',
  'X-USER',
  'x-USER-id',
  'X-User-Groups',
  'X_User',
  'x_user',
  'X-Us\xe9r',
  'X.User',
  'X-User ',
  ' X-User',
  'X-User\t',
  'X--User',
  'X-User-',
  'HTTP_X_USER',
  'X-User\x00',
  'X\u00adUser',
  'Remote-User',
  'Authorization',
  'Connection',
  'Cookie',
  'Trailer',
  'TE',
  'X-Forwarded-User',
  'Keep-Alive',
];
const VALUES = [
  '7',
  '1',
  '',
  'Token ada',
  'Token bob',
  'Token nobody',
  'token=ada',
  'x-user',
  'close, x-user',
  'X-User, Authorization, X-Request-Id',
  'upgrade, x-user',
  'trailers',
  '7\r\n X: y',
  '7\x00',
  '7\t8',
  '\xe9',
  '7, 8',
  '%37',
  '"7"',
];

const headers: fc.Arbitrary<Pair[]> = fc.array(
  fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(...VALUES)),
  { minLength: 1, maxLength: 6 },
);
const trailers = fc.array(
  fc.constantFrom('X-User: 7\r\n', 'x_user: 7\r\n', 'Authorization: Token ada\r\n', 'Connection: x-user\r\n'),
  { maxLength: 2 },
);
const tries = fc.record({
  headers,
  trailers,
  chunked: fc.boolean(),
  target: fc.constantFrom('/public/x', '/nobody/x', '/mine/x', '/admin/x', '/unrouted'),
  upgrade: fc.boolean(),
});

t.test(
  'whatever a client sends, the upstream hears of exactly one user or of none, and from the gateway',
  async (t) => {
    const { port, upgrade, broken } = await stand(t);
    await search(t, 'headers', {
      values: tries,
      tries: 1_000,
      async judge(several) {
        const odd: string[] = [];
        await Promise.all(
          several.map(async ({ headers, trailers, chunked, target, upgrade: upgrading }) => {
            if (upgrading) {
              const status = await upgrade(target === '/mine/x' ? '/club/x' : '/chat/x', headers);
              if (![101, 400, 401].includes(status)) odd.push(`upgrade answered ${status}`);
              return;
            }
            const client = await connect(port);
            const body = chunked ? `1\r\na\r\n0\r\n${trailers.join('')}\r\n` : '';
            const framing: Pair[] = chunked ? [['Transfer-Encoding', 'chunked']] : [];
            await client.send(head('POST', target, [...headers, ...framing]) + body);
            const { status } = await client.response();
            if (![200, 400, 401, 403, 404].includes(status)) odd.push(`answered ${status}`);
            client.destroy();
          }),
        );
        return [...odd, ...(await broken())];
      },
    });
  },
);
