import type { Scene } from '../contestants/contestant.ts';
import { nginxLua } from '../contestants/nginx.ts';
import { obviousGateway } from '../contestants/node.ts';
import { ALL_PATHS, COUNTED, type File, postern, TOKENS } from '../contestants/postern.ts';
import { type Load, listed } from '../load/load.ts';
import type { Proof } from '../measure/duel.ts';
import { tokenOf } from '../stage/tokens.ts';
import { duelRow } from './row.ts';

/** How many users send requests in turn. */
export const USERS = 1_000;
export const PATH = '/x?q=1';

export const header = (user: number): string => `Token ${tokenOf(user)}`;

/** For checking who reads tokens from Redis. */
export const tokenProof: Proof = {
  by: 'credentials',
  credentials: { users: [header(1), header(2), header(3)], forged: `Token ${'f'.repeat(40)}` },
};

/** Postern's file for this work. */
export const tokenFile: File = {
  authenticators: TOKENS,
  routes: [{ ...ALL_PATHS, ...COUNTED, authenticate: ['token'] }],
};

/** Puts the users' tokens into Redis; the load is theirs in turn. */
export async function tokenLoad({ stage, redis }: Scene): Promise<Load> {
  await redis.fill(USERS);
  return listed(
    stage,
    Array.from({ length: USERS }, (_, index) => ({ path: PATH, authorization: header(index + 1) })),
  );
}

export const tokens = duelRow({
  name: 'tokens',
  title: 'token in Redis, throttle in Redis, X-User',
  async cast(scene) {
    const load = await tokenLoad(scene);
    const contestants = [postern(tokenFile), nginxLua, obviousGateway];
    return { entrants: contestants.map((contestant) => ({ contestant, load })), proof: tokenProof };
  },
});
