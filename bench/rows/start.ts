import { obviousGateway } from '../contestants/node.ts';
import { postern } from '../contestants/postern.ts';
import { NO_LIMIT } from '../measure/duel.ts';
import type { Measured } from '../measure/metrics.ts';
import { ask } from '../measure/proof.ts';
import { routesFile } from './routes.ts';
import type { Row } from './row.ts';
import { header, PATH, tokenFile, USERS } from './tokens.ts';

const CONTESTANTS = [
  postern(tokenFile),
  postern(routesFile(10_000), { name: 'Postern, 10,000 routes' }),
  obviousGateway,
];

export const start: Row = {
  name: 'start',
  title: 'from the start of the process to the first answered request',
  compare: 'milliseconds',
  async run(scene, { rounds, say }) {
    await scene.redis.fill(USERS);
    const measured = CONTESTANTS.map(
      ({ name }): Measured => ({ name, remarks: [], samples: { milliseconds: [] } }),
    );
    for (let round = 1; round <= rounds; round++) {
      for (const [index, contestant] of CONTESTANTS.entries()) {
        say(`round ${round} of ${rounds}: ${contestant.name}`);
        const began = performance.now();
        const { port, child } = await contestant.start(scene, NO_LIMIT);
        const { status } = await ask(port, { path: PATH, authorization: header(1) });
        // A file of many routes has no route for the path: its 404 is an answer too.
        if (status !== 200 && status !== 404) throw new Error(`${contestant.name} answers ${status}`);
        measured[index]?.samples.milliseconds?.push(performance.now() - began);
        await scene.stage.stop(child);
      }
    }
    return { measured };
  },
};
