import { nginx } from '../contestants/nginx.ts';
import { bareProxy } from '../contestants/node.ts';
import { postern } from '../contestants/postern.ts';
import { listed } from '../load/load.ts';
import type { BIG } from '../stage/upstream.ts';
import { openFile } from './plain.ts';
import { duelRow, type Row } from './row.ts';

function bigRow(name: string, path: keyof typeof BIG, size: string, connections: number): Row {
  return duelRow({
    name,
    title: `replies of ${size}, streamed over ${connections} connections`,
    compare: 'megabytes',
    unit: 'megabyte',
    halfLoad: false,
    usesRedis: false,
    async cast({ stage }) {
      const wish = { path, authorization: '' };
      const load = listed(stage, [wish], connections);
      const contestants = [postern(openFile), nginx, bareProxy];
      return {
        entrants: contestants.map((contestant) => ({ contestant, load })),
        proof: { by: 'forwarding', wish },
      };
    },
  });
}

export const big1 = bigRow('big-1mb', '/1mb', '1 MB', 64);
export const big100 = bigRow('big-100mb', '/100mb', '100 MB', 8);
