import type { Redis } from 'ioredis';
import type { RedisAddress } from './redis-url.ts';

/** Redis refused a step of connecting. `message` names the step and the reason, never a credential. */
export class Refused extends Error {
  override name = 'Refused';
  readonly step: string;
  readonly reason: string;

  constructor(step: string, reason: string) {
    super(`${step} refused: ${reason}`);
    this.step = step;
    this.reason = reason;
  }
}

interface Step {
  name: string;
  answers: Promise<unknown>[];
}

/** Keys that Postern reserves and never writes. In a cluster they fall into slots all over the ring. */
const READ = Array.from({ length: 16 }, (_, index) => `postern:ready:${index}`);

/**
 * Takes the steps of connecting, and rejects if a single one is refused: who we are, in which database, and whether
 * it can be read there. The client library would only warn of some of them, and go on in another database.
 *
 * @throws Refused
 */
export async function handshake(redis: Redis, address: RedisAddress): Promise<void> {
  const { db } = address;
  const steps: Step[] = auth(redis, address);
  if (db !== 0) steps.push({ name: `SELECT ${db}`, answers: [redis.select(db)] });
  await outcome([...steps, ...reads(redis)]);
}

/**
 * Says who we are, on a connection on which nothing is read.
 *
 * @throws Refused
 */
export function identify(redis: Redis, address: RedisAddress): Promise<void> {
  return outcome(auth(redis, address));
}

function auth(redis: Redis, { username, password }: RedisAddress): Step[] {
  if (password === undefined) return [];
  const answer = username === undefined ? redis.auth(password) : redis.auth(username, password);
  return [{ name: 'AUTH', answers: [answer] }];
}

/**
 * Asks for values that are not there: a user without the right to read, a node of a cluster to which not all keys
 * belong, and a server that is loading answer PING, and this not.
 *
 * @throws Refused
 */
export function probe(redis: Redis): Promise<void> {
  return outcome(reads(redis));
}

function reads(redis: Redis): Step[] {
  return [
    { name: 'GET', answers: READ.map((key) => redis.getBuffer(key)) },
    { name: 'GETRANGE', answers: READ.slice(0, 1).map((key) => redis.getrangeBuffer(key, 0, 0)) },
  ];
}

/** All are sent at once; the first that failed is told, since the others may follow from it. */
async function outcome(steps: readonly Step[]): Promise<void> {
  const settled = await Promise.all(steps.map(({ answers }) => Promise.allSettled(answers)));
  for (const [index, { name }] of steps.entries()) {
    const failed = settled[index]?.find((answer) => answer.status === 'rejected');
    if (failed) throw new Refused(name, reasonOf(name, failed.reason));
  }
}

/** What Redis said. Of AUTH only up to a quote: behind it may be what was sent. */
function reasonOf(step: string, error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const said = step === 'AUTH' ? error.message.replace(/["'`].*$/s, '…') : error.message;
  return said.slice(0, 200);
}
