import t from 'tap';
import { connect } from '../support/raw.ts';
import { head, stand } from '../support/stand.ts';
import { until } from '../support/until.ts';

const HALVES = [
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf'],
  ['no end but the connection', 'HTTP/1.1 200 OK\r\n\r\nhalf'],
] as const;

t.test('an upstream that resets in the middle of a body: the client sees a broken one', async (t) => {
  const { port, upstream } = await stand(t);
  for (const [name, half] of HALVES) {
    for (const version of ['1.1', '1.0']) {
      for (const cut of ['reset', 'end'] as const) {
        // The end of the connection is a proper end where nothing else was announced.
        if (cut === 'end' && name === 'no end but the connection') continue;
        let seen = (): void => {};
        const arrived = new Promise<void>((resolve) => {
          seen = resolve;
        });
        upstream.reply(() => async (socket) => {
          socket.write(half);
          await arrived;
          if (cut === 'reset') socket.resetAndDestroy();
          else socket.end();
        });
        const client = await connect(port);
        await client.send(`GET /public/x HTTP/${version}\r\nHost: a\r\n\r\n`);
        await until(() => client.received.includes('half'));
        seen();
        const { error } = await client.closed;
        const text = client.received.toString();
        const announced = /content-length: 100/i.test(text) || /transfer-encoding: chunked/i.test(text);
        t.notMatch(text, /\r\n0\r\n\r\n$/, `${name}, HTTP/${version}, ${cut}`);
        t.ok(announced || error !== undefined, `${name}, HTTP/${version}, ${cut}: ${JSON.stringify(text)}`);
      }
    }
  }
});

t.test('an upgrade that is answered with half a body is broken too', async (t) => {
  const { port, upstream } = await stand(t);
  for (const [name, half] of HALVES.slice(0, 3)) {
    let seen = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      seen = resolve;
    });
    upstream.reply(() => async (socket) => {
      socket.write(half);
      await arrived;
      socket.resetAndDestroy();
    });
    const client = await connect(port);
    await client.send(
      head('GET', '/chat/x', [
        ['Connection', 'Upgrade'],
        ['Upgrade', 'websocket'],
        ['Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
      ]),
    );
    await until(() => client.received.includes('half'));
    seen();
    const { error } = await client.closed;
    t.ok(/content-length: 100/i.test(client.received.toString()) || error !== undefined, name);
  }
});

t.test(
  'a client that goes away takes its request with it, before, during and after the head of the answer',
  async (t) => {
    const { port, upstream, gateway } = await stand(t, { early: true });
    const replies = [
      '',
      'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    ];
    for (const [index, reply] of replies.entries()) {
      for (const body of [
        '',
        'Content-Length: 100\r\n\r\nhalf',
        'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
      ]) {
        let cancelled = false;
        upstream.clear();
        upstream.reply(() => (socket) => {
          socket.write(reply);
          socket
            .once('end', () => socket.end())
            .once('close', () => {
              cancelled = true;
            });
        });
        const client = await connect(port);
        await client.send(`POST /public/x HTTP/1.1\r\nHost: a\r\n${body === '' ? '\r\n' : body}`);
        await until(() => upstream.requests.length === 1 && (index === 0 || client.received.length > 0));
        client.destroy();
        await until(() => cancelled, { within: 1_000 });
        t.equal(upstream.requests[0]?.complete, body === '');
      }
    }
    await gateway.lines(replies.length * 3);
  },
);
