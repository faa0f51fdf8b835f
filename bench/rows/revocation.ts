import { Agent } from 'node:http';
import type { Scene } from '../contestants/contestant.ts';
import { postern } from '../contestants/postern.ts';
import type { Load } from '../load/load.ts';
import { pace } from '../load/pace.ts';
import { NO_LIMIT } from '../measure/duel.ts';
import type { Measured } from '../measure/metrics.ts';
import { ask } from '../measure/proof.ts';
import { percentile } from '../measure/statistics.ts';
import type { Row } from './row.ts';
import { header, PATH, tokenFile, tokenLoad, USERS } from './tokens.ts';

/** Tokens that are revoked in a round; those of the load are others. */
const VICTIMS = 200;
/** Requests a second at each gateway meanwhile. */
const RATE = 1_500;

/** Milliseconds from before DEL is sent until every gateway has refused the token. */
async function untilRefused(
  { redis }: Scene,
  ports: readonly number[],
  agent: Agent,
  user: number,
): Promise<number> {
  const wish = { path: PATH, authorization: header(user) };
  for (const port of ports) {
    const { status } = await ask(port, wish, agent);
    if (status !== 200) throw new Error(`a gateway answers ${status} before the token is revoked`);
  }
  const began = performance.now();
  await redis.forget(user);
  for (const port of ports) while ((await ask(port, wish, agent)).status === 200);
  return performance.now() - began;
}

/** Revokes tokens while both gateways are under load. */
async function round(
  scene: Scene,
  ports: readonly number[],
  load: Load,
  seconds: number,
  number: number,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  let loaded = true;
  const revoke = async () => {
    for (let index = 1; index <= VICTIMS && loaded; index++)
      times.push(await untilRefused(scene, ports, agent, USERS + (number - 1) * VICTIMS + index));
  };
  const press = async () => {
    const shot = { seconds, seed: number };
    await Promise.all(ports.map((port) => pace(scene.stage, load, { port, ...shot }, RATE)));
    loaded = false;
  };
  try {
    await Promise.all([press(), revoke()]);
  } finally {
    loaded = false;
    agent.destroy();
  }
  return times.sort((a, b) => a - b);
}

export const revocation: Row = {
  name: 'revocation',
  title: 'from DEL of a token in Redis until both of two gateways under load refuse it',
  compare: 'p99',
  async run(scene, { rounds, seconds, say }) {
    const load = await tokenLoad(scene);
    await scene.redis.fill(USERS + rounds * VICTIMS);
    // Each refused token counts as a failed login of the one address that all of them come from.
    const contestant = postern({ ...tokenFile, guard: { failed_logins: '1000000/s' } });
    const gateways = [await contestant.start(scene, NO_LIMIT), await contestant.start(scene, NO_LIMIT)];
    const ports = gateways.map(({ port }) => port);
    const samples = { p50: [] as number[], p99: [] as number[], most: [] as number[] };
    let count = 0;
    for (let number = 1; number <= rounds; number++) {
      say(`round ${number} of ${rounds}`);
      const times = await round(scene, ports, load, seconds, number);
      count += times.length;
      samples.p50.push(percentile(times, 0.5));
      samples.p99.push(percentile(times, 0.99));
      samples.most.push(percentile(times, 1));
    }
    const measured: Measured[] = [{ name: 'Postern, two gateways', remarks: [], samples }];
    const remarks = [`${count} tokens, ${RATE.toLocaleString('en')} requests/s at each gateway meanwhile`];
    return { measured, remarks };
  },
};
