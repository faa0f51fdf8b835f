import t from 'tap';
import { mutatedMessages } from '../support/framing-mutations.ts';
import { connect, type RawClient } from '../support/raw.ts';
import { search } from '../support/runs.ts';
import { stand } from '../support/stand.ts';
import { strictRequests } from '../support/strict-http.ts';
import { answer } from '../support/upstream.ts';

const VICTIM =
  'POST /public/victim HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nConnection: close\r\n\r\nvictim';

t.test('the upstream receives what one strict reading gives, or nothing', async (t) => {
  const { port, upstream, broken } = await stand(t, {
    reply: ({ method, target, body }) =>
      answer(200, method === 'HEAD' ? '' : `${target} ${body.toString('hex')}`),
  });
  await search(t, 'messages', {
    values: mutatedMessages,
    tries: 10_000,
    batch: 100,
    async judge(messages) {
      const expected = new Map<string, number>();
      const told = await Promise.all(
        messages.map(async (bytes) => {
          const requests = strictRequests(bytes + VICTIM);
          for (const { method, target, body } of requests) {
            const key = JSON.stringify([method, target, body]);
            expected.set(key, (expected.get(key) ?? 0) + 1);
          }
          return answersOf(await converse(port, bytes + VICTIM, requests), requests);
        }),
      );
      const surplus = upstream.requests
        .filter(({ complete }) => complete)
        .map(({ method, target, body }) => JSON.stringify([method, target, body.toString('latin1')]))
        .filter((key) => {
          const left = (expected.get(key) ?? 0) - 1;
          expected.set(key, left);
          return left < 0;
        });
      return [...told.flat(), ...surplus.map((key) => `arrived: ${key}`), ...(await broken())];
    },
  });
});

/** Sends all at once, and half-closes when nothing more can be due. */
async function converse(
  port: number,
  bytes: string,
  expected: readonly { method: string }[],
): Promise<RawClient> {
  const client = await connect(port);
  void client.send(bytes);
  const answers = (async () => {
    for (const { method } of expected) await client.response({ noBody: method === 'HEAD' });
  })().catch((error: Error) => error);
  const failed = await Promise.race([answers, client.closed.then(() => undefined)]);
  client.end();
  if (failed instanceof Error && failed.message.startsWith('no response')) client.destroy();
  await client.closed;
  return client;
}

/** Every 200 tells which request it answers: they stand in the order of the requests. */
function answersOf(
  { received }: RawClient,
  requests: readonly { method: string; target: string; body: string }[],
): string[] {
  const text = received.toString('latin1');
  const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)]
    .map(([, status]) => status)
    .filter((status) => status !== '100');
  const problems: string[] = [];
  if (statuses.length > requests.length + 1)
    problems.push(`${statuses.length} answers to ${requests.length} requests`);
  if (
    statuses.some(
      (status) => !['200', '400', '404', '405', '408', '413', '417', '431', '502'].includes(status ?? ''),
    )
  )
    problems.push(`answered ${statuses.join()}`);
  const good = statuses.findIndex((status) => status !== '200');
  const answered = requests.slice(0, good === -1 ? statuses.length : good);
  let from = 0;
  for (const { method, target, body } of answered) {
    if (method === 'HEAD') continue;
    const at = text.indexOf(`${target} ${Buffer.from(body, 'latin1').toString('hex')}`, from);
    if (at === -1) problems.push(`no answer to ${target} in its turn: ${JSON.stringify(text)}`);
    else from = at + 1;
  }
  return problems;
}
