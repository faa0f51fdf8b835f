import t from 'tap';
import { head, stand } from '../support/stand.ts';

const TYPES = [
  'text/plain',
  'text/plain; charset=utf-8',
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/grpc',
  'x/y',
  undefined,
];

t.test('a body is forwarded whatever its media type and its method', async (t) => {
  const { send, upstream, broken } = await stand(t);
  for (const type of TYPES) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const typed: [string, string][] = type === undefined ? [] : [['Content-Type', type]];
      const noBody = method === 'HEAD';
      await send(`${head(method, '/public/x', [...typed, ['Content-Length', '3']])}{x}`, { noBody });
      await send(
        `${head(method, '/public/x', [...typed, ['Transfer-Encoding', 'chunked']])}3\r\n{x}\r\n0\r\n\r\n`,
        { noBody },
      );
    }
  }
  t.equal(upstream.requests.length, TYPES.length * 7 * 2);
  t.same(
    [...new Set(upstream.requests.map(({ method, body }) => `${method} ${body}`))],
    ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => `${method} {x}`),
  );
  t.same(await broken(), []);
});
