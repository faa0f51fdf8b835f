import type { Socket } from 'node:net';
import t, { type Test } from 'tap';
import { connect } from '../support/raw.ts';
import { json, setStage } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { answer, type Reply } from '../support/upstream.ts';
import { openWebSocket } from '../support/websocket.ts';

const YAML = `
guard: off
routes:
  - { path: /ws, permit: anyone, forward: { upstream: shop, websocket: true } }
  - { path: /**, permit: anyone, forward: shop }
`;

/** An upstream that does `bad` on `/bad` and on upgrades, and answers with the path's own name elsewhere. */
async function stageWith(t: Test, bad: Reply) {
  const stage = await setStage(t, YAML, {
    upstream: { reply: ({ target }) => (target === '/bad' || target === '/ws' ? bad : answer(200, target)) },
  });
  const others = async () => {
    const paths = Array.from({ length: 20 }, (_, n) => `/other/${n}`);
    return Promise.all(paths.map(async (path) => (await stage.ask(`GET ${path}`)).body.toString() === path));
  };
  return { ...stage, others };
}

const HEAD = 'HTTP/1.1 200 OK\r\n';
const raw = (bytes: string) => (socket: Socket) => void socket.end(bytes, 'latin1');

const NOT_PASSED_ON: Record<string, string> = {
  'a 101 that nobody asked for':
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nBYTES',
  'the status 099': 'HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n',
  'the status 1000': 'HTTP/1.1 1000 High\r\nContent-Length: 0\r\n\r\n',
  'no status': 'HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n',
  'another protocol': 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
  'a space in a header name': `${HEAD}Bad Name: x\r\nContent-Length: 0\r\n\r\n`,
  'a header without a colon': `${HEAD}Nonsense\r\nContent-Length: 0\r\n\r\n`,
  'a control character in a header': `${HEAD}X-A: a\0b\r\nContent-Length: 0\r\n\r\n`,
  'a bare CR in a header': `${HEAD}X-A: a\rX-B: b\r\nContent-Length: 0\r\n\r\n`,
  'two lengths': `${HEAD}Content-Length: 1\r\nContent-Length: 5\r\n\r\nhello`,
  'a length and chunks': `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a length that is none': `${HEAD}Content-Length: five\r\n\r\nhello`,
  'a head without an end': `${HEAD}X-A: a`,
  'a head that is too large': `${HEAD}X-A: ${'x'.repeat(100_000)}\r\n\r\n`,
  'nothing at all': '',
};

for (const [name, bytes] of Object.entries(NOT_PASSED_ON)) {
  t.test(`an upstream that answers with ${name} is a generic 502, on requests and on upgrades`, async (t) => {
    const { ask, gateway, others } = await stageWith(t, raw(bytes));
    const [response, ...fine] = await Promise.all([ask('GET /bad'), others()]);
    t.equal(response.status, 502);
    t.same(json(response), { detail: 'Bad gateway.' });
    t.ok(fine.flat().every(Boolean), 'other clients get their own answers');
    const socket = await openWebSocket(gateway.port, '/ws');
    t.equal(socket.response.status, 502);
    t.same(JSON.parse(socket.response.body.toString()), { detail: 'Bad gateway.' });
    await socket.raw.closed;
    t.ok((await others()).every(Boolean));
  });
}

t.test(
  'a connection that is reset before the answer is 502, and in the middle of it a broken body',
  async (t) => {
    const { ask, others, upstream, gateway } = await stageWith(t, (socket) => void socket.resetAndDestroy());
    t.equal((await ask('GET /bad')).status, 502);
    t.equal((await openWebSocket(gateway.port, '/ws')).response.status, 502);
    for (const framing of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
      upstream.reply(() => (socket) => {
        socket.write(`${HEAD}${framing}\r\n\r\n5\r\nhello\r\n`, () => socket.resetAndDestroy());
      });
      const client = await connect(gateway.port);
      await client.send('GET /bad HTTP/1.1\r\nHost: a\r\n\r\n');
      await t.rejects(client.response(), /ended|reset/, `${framing}: never a whole body`);
      await client.closed;
    }
    upstream.reply(({ target }) => answer(200, target));
    t.ok((await others()).every(Boolean));
  },
);

t.test('what an upstream announces as trailers is not passed on, and neither are trailers', async (t) => {
  const { ask, others, upstream } = await stageWith(t, undefined);
  for (const bytes of [
    `${HEAD}Trailer: X-User\r\nContent-Length: 2\r\n\r\nok`,
    `${HEAD}Trailer: Expires\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nExpires: now\r\nX-User: 1\r\n\r\n`,
  ]) {
    upstream.reply(({ target }) => (target === '/bad' ? bytes : answer(200, target)));
    const response = await ask('GET /bad');
    t.same([response.status, response.body.toString()], [200, 'ok']);
    t.same([response.header('trailer'), response.header('x-user'), response.trailers], [[], [], []]);
    t.ok((await others()).every(Boolean));
  }
});

t.test('interim answers are not taken for the answer', async (t) => {
  const { ask, upstream, others } = await stageWith(t, undefined);
  for (const interim of ['103 Early Hints\r\nLink: </a.css>', '102 Processing']) {
    upstream.reply(({ target }) =>
      target === '/bad' ? `HTTP/1.1 ${interim}\r\n\r\n${answer(200, 'final')}` : answer(200, target),
    );
    const response = await ask('GET /bad');
    t.same([response.status, response.body.toString()], [200, 'final'], interim);
  }
  upstream.reply(({ target }) =>
    target === '/bad' ? `HTTP/1.1 100 Continue\r\n\r\n${answer(200, 'final')}` : answer(200, target),
  );
  const stray = await ask('GET /bad');
  t.ok(
    stray.status === 502 || stray.body.toString() === 'final',
    `a 100 that nobody waits for: ${stray.status}`,
  );
  t.ok((await others()).every(Boolean));
});

t.test('a second answer, or bytes between two, reach nobody', async (t) => {
  const { upstream, gateway } = await stageWith(t, undefined);
  const poison = answer(200, 'POISON', [['X-Poison', '1']]);
  let late: (() => void) | undefined;
  upstream.reply(({ target }) => {
    if (target === '/twice') return answer(200, target) + poison;
    if (target === '/long') return `${answer(200, target)}EXTRA BYTES`;
    if (target === '/late')
      return (socket) => {
        socket.write(answer(200, target));
        late = () => void socket.write(poison);
      };
    return answer(200, target);
  });
  const clients = await Promise.all(Array.from({ length: 5 }, () => connect(gateway.port)));
  const answers = async (path: string) => {
    const got = clients.map(async (client, n) => {
      const target = n === 0 ? path : `/other/${n}`;
      await client.send(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      return (await client.response()).body.toString() === target;
    });
    return (await Promise.all(got)).every(Boolean);
  };
  for (let time = 0; time < 20; time++)
    for (const path of ['/twice', '/long']) t.ok(await answers(path), path);
  for (let time = 0; time < 5; time++) {
    t.ok(await answers('/late'));
    const open = upstream.open;
    late?.();
    await until(() => upstream.open < open);
    t.ok(await answers('/fine'), 'the connection was given up when it spoke unasked');
  }
  for (const client of clients) {
    t.notMatch(client.received.toString(), /POISON|EXTRA/);
    client.destroy();
  }
});

t.test('an answer that trickles for longer than its time is cut off, and a hung one is 504', async (t) => {
  const stage = await setStage(
    t,
    `
guard: off
upstreams: { shop: { url: '\${SHOP}', timeout: { response: 300ms, idle: 300ms } } }
${YAML.replace('guard: off', '')}`,
    { upstream: { reply: () => () => {} } },
  );
  t.equal((await stage.ask('GET /bad')).status, 504);
  t.equal((await stage.ask('POST /bad', {}, 'body')).status, 504);
  t.ok([502, 504].includes((await openWebSocket(stage.gateway.port, '/ws')).response.status));
  stage.upstream.reply(() => (socket) => void socket.write(`${HEAD}Content-Length: 100\r\n\r\nhello`));
  await t.rejects(stage.ask('GET /bad'), /ended/);
});
