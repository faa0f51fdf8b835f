import { type Agent, request } from 'node:http';
import type { Wish } from '../load/load.ts';
import { SEEN } from '../stage/upstream.ts';

/** The limit with which a contestant is checked; it is measured with one that is never reached. */
export const PROOF_LIMIT = 5;
/** More than twice the limit, so that a window that begins anew in the middle changes nothing. */
const BURST = 4 * PROOF_LIMIT;

/** Credentials to check a contestant with: of the users 1, 2 and 3, and one that looks right and is not. */
export interface Credentials {
  users: readonly [string, string, string];
  forged: string;
}

/** Characters of a body that are looked at. */
const SHOWN = 1_024;

interface Reply {
  status: number;
  /** Its first characters. */
  body: string;
  bytes: number;
}

/**
 * Why a contestant does not do the work; undefined when it does: it refuses without a credential and with a forged
 * one, tells the upstream who is asking whatever the client claims, and holds each user to the limit.
 */
export async function whyNotDoing(port: number, { users, forged }: Credentials): Promise<string | undefined> {
  for (const [what, authorization] of [
    ['no credential', ''],
    ['a forged credential', forged],
  ] as const) {
    const { status } = await ask(port, { path: SEEN, authorization });
    if (status !== 401 && status !== 403) return `answers ${status} to ${what}`;
  }
  for (const [index, authorization] of [users[0], users[1]].entries()) {
    const { status, body } = await ask(port, { path: SEEN, authorization });
    if (status !== 200) return `answers ${status} to a good credential`;
    if (body !== String(index + 1))
      return `tells the upstream that user ${index + 1} is ${JSON.stringify(body)}`;
  }
  const burst = await Promise.all(
    Array.from({ length: BURST }, () => ask(port, { path: SEEN, authorization: users[2] })),
  );
  const refused = burst.filter(({ status }) => status === 429).length;
  if (refused === 0) return `refuses none of ${BURST} requests at once with a limit of ${PROOF_LIMIT}`;
  if (refused === BURST) return 'refuses even the first request of a user';
  const other = await ask(port, { path: SEEN, authorization: users[0] });
  return other.status === 200 ? undefined : 'counts all users together';
}

/** Why a contestant does not forward as it should, or undefined: it must hand on the whole reply of the upstream. */
export async function whyNotForwarding(
  port: number,
  upstream: number,
  wish: Wish,
): Promise<string | undefined> {
  const expected = await ask(upstream, wish);
  const { status, body, bytes } = await ask(port, wish);
  if (status !== 200) return `answers ${status}`;
  return body === expected.body && bytes === expected.bytes
    ? undefined
    : 'does not hand on what the upstream says';
}

/** Why a contestant that only answers does not, or undefined. */
export async function whyNotAnswering(port: number): Promise<string | undefined> {
  const { status } = await ask(port, { path: '/x', authorization: '' });
  return status === 200 ? undefined : `answers ${status}`;
}

/** A request that claims to be user 0. */
export function ask(
  port: number,
  { path, authorization }: Wish,
  agent: Agent | false = false,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-user': '0', ...(authorization && { authorization }) };
    const sent = request({ port, host: '127.0.0.1', path, headers, agent }, (reply) => {
      let body = '';
      let bytes = 0;
      reply.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (body.length < SHOWN) body += piece.toString('latin1', 0, SHOWN - body.length);
      });
      reply.once('error', reject);
      reply.once('end', () => resolve({ status: reply.statusCode ?? 0, body, bytes }));
    });
    sent.once('error', reject).setTimeout(10_000, () => sent.destroy(new Error('no answer in 10 s')));
    sent.end();
  });
}
