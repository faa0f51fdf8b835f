import fc from 'fast-check';
import t from 'tap';
import { connect } from '../support/raw.ts';
import { search } from '../support/runs.ts';
import { head, stand } from '../support/stand.ts';
import { answer } from '../support/upstream.ts';

const POISON = answer(200, 'POISON', [['X-Poison', '1']]);

interface Hostile {
  method: 'GET' | 'HEAD' | 'POST';
  bytes: string;
  /** Where the reply is cut in two. */
  cut: number;
  /** What becomes of the connection behind it. */
  then: 'kept' | 'ended' | 'reset';
}

const LINE = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      'X: y',
      'Connection: close',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'Content-Length: 2',
      'Content-Length: 1000',
      'Content-Length: -1',
      'Transfer-Encoding: gzip, chunked',
      'Transfer-Encoding : chunked',
      'Content-Length: 5\nX: forged',
      'X: y\r\n folded',
      'Trailer: X-User',
      'Connection: content-length, x-request-id',
      'Keep-Alive: timeout=0',
      'Upgrade: websocket',
      'X-Request-Id: mine',
      'Set-Cookie: a\0b',
      'X: \x7f',
      '',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 15 }) },
);
const STATUS = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('HTTP/1.1 200 OK', 'HTTP/1.1 204 No', 'HTTP/1.1 304 Same', 'HTTP/1.0 200 OK'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'HTTP/1.1 101 Go',
      'HTTP/1.1 099 Low',
      'HTTP/2.0 200 OK',
      'HTTP/1.1 999',
      'SSH-2.0',
      '',
    ),
  },
);
const BODY = fc.constantFrom(
  'hello',
  '5\r\nhello\r\n0\r\n\r\n',
  '5\r\nhello',
  '0\r\nX-User: 1\r\n\r\n',
  'ffffffff\r\n',
  'he',
  '',
);
const HOSTILE: fc.Arbitrary<Hostile> = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'POST'),
  bytes: fc
    .tuple(
      fc.constantFrom('', '', 'HTTP/1.1 103 Early\r\n\r\n', 'HTTP/1.1 100 Continue\r\n\r\n'),
      STATUS,
      fc.array(LINE, { maxLength: 3 }),
      BODY,
      fc.constantFrom('', POISON, '\0\0\0'),
    )
    .map(([interim, status, lines, body, rest]) =>
      [interim, [status, ...lines, '', ''].join('\r\n'), body, rest].join(''),
    ),
  cut: fc.nat(200),
  then: fc.constantFrom('kept', 'ended', 'reset'),
});

t.test(
  'whatever an upstream replies, each other client gets its own reply, and a broken one never looks whole',
  async (t) => {
    const { port, upstream, get } = await stand(t, {
      upstreams: { odd: 'timeout: { response: 150ms, idle: 150ms }' },
      routes: ['{ id: odd, path: /odd/**, permit: anyone, forward: odd }'],
    });
    let values: readonly Hostile[] = [];
    upstream.reply(({ target }) => {
      const value = values[Number(/^\/odd\/(\d+)/.exec(target)?.[1])];
      if (!value) return answer(200, target);
      return async (socket) => {
        const bytes = Buffer.from(value.bytes, 'latin1');
        socket.write(bytes.subarray(0, value.cut));
        await new Promise(setImmediate);
        socket.write(bytes.subarray(value.cut));
        if (value.then === 'ended') socket.end();
        else if (value.then === 'reset') setImmediate(() => socket.resetAndDestroy());
      };
    });
    async function own(value: Hostile, n: number): Promise<string[]> {
      const client = await connect(port);
      const body = value.method === 'POST' ? 'body' : '';
      void client.send(head(value.method, `/odd/${n}`, body ? [['Content-Length', '4']] : []) + body);
      try {
        const { status, header } = await client.response({ noBody: value.method === 'HEAD' });
        const problems = ['transfer-encoding', 'trailer', 'upgrade'].filter(
          (name) => header(name).length > (name === 'transfer-encoding' ? 1 : 0),
        );
        if (status < 200) problems.push(`status ${status}`);
        if (header('x-request-id').join() === 'mine') problems.push('another request id');
        return problems;
      } catch (error) {
        // Broken off: never mind where, as long as it is.
        return /^no response within/.test(String((error as Error).message)) ? ['no reply and no end'] : [];
      } finally {
        client.destroy();
      }
    }
    const neighbour = async (target: string) => {
      const { body } = await get(target);
      return body.toString() === target ? [] : [`${target} got ${JSON.stringify(body.toString())}`];
    };
    await search(t, 'replies', {
      values: HOSTILE,
      tries: 1_200,
      batch: 60,
      async judge(hostile) {
        values = hostile;
        const during = hostile.flatMap((value, n) => [own(value, n), neighbour(`/public/${n}`)]);
        const told = (await Promise.all(during)).flat();
        const after = await Promise.all(hostile.map((_, n) => neighbour(`/public/after/${n}`)));
        return [...told, ...after.flat(), ...upstream.malformed.splice(0)];
      },
    });
  },
);
