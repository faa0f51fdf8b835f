import type { Contestant } from '../contestants/contestant.ts';
import { haproxyJwt } from '../contestants/haproxy.ts';
import { ALL_PATHS, COUNTED, postern } from '../contestants/postern.ts';
import { listed } from '../load/load.ts';
import { AUDIENCE, forged, hs256, ISSUER, rs256 } from '../stage/jwts.ts';
import type { Stage } from '../stage/stage.ts';
import { duelRow, type Row } from './row.ts';
import { PATH, USERS } from './tokens.ts';

interface Issuer {
  sign(user: number): string;
  /** Options of the authenticator that believes it. */
  key: object;
  haproxy: Contestant;
}

function jwtRow(algorithm: 'HS256' | 'RS256', issuer: (stage: Stage) => Issuer): Row {
  return duelRow({
    name: algorithm.toLowerCase(),
    title: `JWT ${algorithm}, ${USERS.toLocaleString('en')} live tokens, throttle, X-User`,
    async cast({ stage, redis }) {
      await redis.fill(0);
      const { sign, key, haproxy } = issuer(stage);
      const bearers = Array.from({ length: USERS }, (_, index) => `Bearer ${sign(index + 1)}`);
      const [first = '', second = '', third = ''] = bearers;
      const load = listed(
        stage,
        bearers.map((authorization) => ({ path: PATH, authorization })),
      );
      const jwt = { type: 'jwt', algorithms: [algorithm], issuer: ISSUER, audience: AUDIENCE, ...key };
      const ours = postern({
        authenticators: { jwt },
        routes: [{ ...ALL_PATHS, ...COUNTED, authenticate: ['jwt'] }],
      });
      return {
        entrants: [ours, haproxy].map((contestant) => ({ contestant, load })),
        proof: { by: 'credentials', credentials: { users: [first, second, third], forged: forged(first) } },
      };
    },
  });
}

export const rs256Row = jwtRow('RS256', (stage) => {
  const { publicKey, sign } = rs256();
  const path = stage.write('rs256.pem', publicKey);
  return { sign, key: { key: publicKey }, haproxy: haproxyJwt('RS256', path) };
});

export const hs256Row = jwtRow('HS256', () => {
  const secret = '0123456789abcdef0123456789abcdef';
  return { sign: hs256(secret), key: { secret }, haproxy: haproxyJwt('HS256', secret) };
});
