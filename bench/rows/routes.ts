import { COUNTED, type File, postern, TOKENS } from '../contestants/postern.ts';
import { listed } from '../load/load.ts';
import { duelRow } from './row.ts';
import { header, tokenProof, USERS } from './tokens.ts';

const COUNTS = [10, 1_000, 10_000];
const MOST = Math.max(...COUNTS);

const service = (index: number): string => `/service-${String(index).padStart(5, '0')}`;

/** Postern's file with a route that shows X-User, which is what a contestant is checked with, and as many others. */
export function routesFile(count: number): File {
  const same = { forward: 'backend', authenticate: ['token'], ...COUNTED };
  const others = Array.from({ length: count }, (_, index) => ({
    id: `service-${index}`,
    path: `${service(index)}/items/:id`,
    ...same,
  }));
  return { authenticators: TOKENS, routes: [{ id: 'seen', path: '/seen', ...same }, ...others] };
}

export const routes = duelRow({
  name: 'routes',
  title: 'the work of "tokens" with 10, 1,000 and 10,000 routes, all of them used',
  async cast({ stage, redis }) {
    await redis.fill(USERS);
    const entrants = COUNTS.map((count) => {
      // The list is as long for each, so that the generator has the same work.
      const wishes = Array.from({ length: MOST }, (_, index) => ({
        path: `${service(index % count)}/items/${index % 97}`,
        authorization: header(1 + (index % USERS)),
      }));
      return {
        contestant: postern(routesFile(count), { name: `Postern, ${count.toLocaleString('en')} routes` }),
        load: listed(stage, wishes),
      };
    });
    return { entrants, proof: tokenProof };
  },
});
