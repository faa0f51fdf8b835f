import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { PROOF_LIMIT, whyNotDoing } from '../../bench/measure/proof.ts';

const credentials = { users: ['one', 'two', 'three'], forged: 'forged' } as const;

type Answer = (user: number, count: number) => { status: number; body?: string };

/** A gateway that knows the three users, counts them, and answers as it is told; 401 to all others. */
async function gateway(t: Test, answer: Answer, stranger = 401): Promise<number> {
  const counts = new Map<number, number>();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const user = 1 + credentials.users.indexOf(request.headers.authorization as 'one');
    const count = (counts.get(user) ?? 0) + 1;
    counts.set(user, count);
    const { status, body = String(user) } = user === 0 ? { status: stranger } : answer(user, count);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

const limited: Answer = (_, count) => ({ status: count > PROOF_LIMIT ? 429 : 200 });

t.test('who refuses strangers, counts, and tells who is asking, takes part', async (t) => {
  t.equal(await whyNotDoing(await gateway(t, limited), credentials), undefined);
  t.equal(await whyNotDoing(await gateway(t, limited, 403), credentials), undefined);
});

t.test('who does less is left out, with the reason', async (t) => {
  const refusals: [RegExp, Answer, number?][] = [
    [/answers 200 to no credential/, limited, 200],
    [/answers 503 to a good credential/, () => ({ status: 503 })],
    [/user 1 is "0"/, () => ({ status: 200, body: '0' })],
    [/user 2 is "1"/, () => ({ status: 200, body: '1' })],
    [/refuses none/, () => ({ status: 200 })],
    [/refuses even the first/, (user) => ({ status: user === 3 ? 429 : 200 })],
  ];
  for (const [reason, answer, stranger] of refusals)
    t.match(await whyNotDoing(await gateway(t, answer, stranger), credentials), reason);
});

t.test('who counts all users together is left out', async (t) => {
  let total = 0;
  const together: Answer = () => ({ status: ++total > PROOF_LIMIT ? 429 : 200 });
  t.equal(await whyNotDoing(await gateway(t, together), credentials), 'counts all users together');
});
