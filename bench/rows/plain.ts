import { caddy } from '../contestants/caddy.ts';
import { haproxyPlain } from '../contestants/haproxy.ts';
import { nginx } from '../contestants/nginx.ts';
import { bareProxy } from '../contestants/node.ts';
import { ALL_PATHS, type File, postern } from '../contestants/postern.ts';
import { listed } from '../load/load.ts';
import { duelRow } from './row.ts';
import { PATH } from './tokens.ts';

/** Postern's file for letting everybody in. */
export const openFile: File = { routes: [{ ...ALL_PATHS, authenticate: [], permit: 'anyone' }] };

export const plain = duelRow({
  name: 'plain',
  title: 'forwarding alone: no authentication, no throttle',
  usesRedis: false,
  async cast({ stage }) {
    const wish = { path: PATH, authorization: '' };
    const load = listed(stage, [wish]);
    const contestants = [postern(openFile), nginx, haproxyPlain, caddy, bareProxy];
    return {
      entrants: contestants.map((contestant) => ({ contestant, load })),
      proof: { by: 'forwarding', wish },
    };
  },
});
