import { ALL_PATHS, COUNTED, postern, TOKENS } from '../contestants/postern.ts';
import { listed, type Wish } from '../load/load.ts';
import { pace } from '../load/pace.ts';
import { residentBytes } from '../measure/accounting.ts';
import { NO_LIMIT, warmUp } from '../measure/duel.ts';
import type { Measured } from '../measure/metrics.ts';
import { shoot } from '../measure/shot.ts';
import { AUDIENCE, hs256, ISSUER } from '../stage/jwts.ts';
import type { Row } from './row.ts';
import { header, PATH, USERS } from './tokens.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const REQUESTS = 10_000;

/** Of a hundred requests: most with a token, many with a JWT, a few without a user, wrong, big, or for no route. */
function mixed(index: number): Wish {
  const user = 1 + (index % USERS);
  const kind = index % 100;
  if (kind < 60) return { path: PATH, authorization: header(user) };
  if (kind < 90) return { path: `/jwt/${index}`, authorization: `Bearer ${hs256(SECRET)(user)}` };
  if (kind < 94) return { path: '/open/x', authorization: '' };
  if (kind < 96) return { path: PATH, authorization: header(USERS + index) };
  if (kind < 98) return { path: '/nowhere/x', authorization: '' };
  return { path: kind === 98 ? PATH : '/1mb', authorization: header(user) };
}

/** Wrong tokens, and paths without a route. */
const REFUSED = 0.04;

const FILE = {
  // All requests come from one address: its wrong tokens would soon have the others refused too.
  guard: { failed_logins: '1000000/s' },
  authenticators: {
    ...TOKENS,
    jwt: { type: 'jwt', algorithms: ['HS256'], secret: SECRET, issuer: ISSUER, audience: AUDIENCE },
  },
  routes: [
    { ...ALL_PATHS, ...COUNTED, path: '/x', authenticate: ['token'] },
    { ...ALL_PATHS, ...COUNTED, id: 'big', path: '/1mb', authenticate: ['token'] },
    { ...ALL_PATHS, ...COUNTED, id: 'jwt', path: '/jwt/:id', authenticate: ['jwt'] },
    { ...ALL_PATHS, id: 'open', path: '/open/**', authenticate: [], permit: 'anyone' },
  ],
};

/** `--only soak --rounds 30 --seconds 60` is half an hour. */
export const soak: Row = {
  name: 'soak',
  title: 'mixed load at half of the saturated rate: does memory grow?',
  compare: 'memory',
  onRequest: true,
  async run(scene, { rounds, seconds, say }) {
    await scene.redis.fill(USERS);
    const load = listed(
      scene.stage,
      Array.from({ length: REQUESTS }, (_, index) => mixed(index)),
    );
    const contestant = postern(FILE);
    const started = await contestant.start(scene, NO_LIMIT);
    await warmUp(scene, started, load, 3);
    const { requests, seconds: took } = await shoot(scene, started, load, 3, 1);
    const rate = Math.max(1, Math.floor(requests / took / 2));
    const samples = {
      half: [] as number[],
      p50: [] as number[],
      p99: [] as number[],
      memory: [] as number[],
    };
    for (let round = 1; round <= rounds; round++) {
      const seen = await pace(scene.stage, load, { port: started.port, seconds, seed: round }, rate);
      const memory = residentBytes(started.child.pid) / 2 ** 20;
      say(`round ${round} of ${rounds}: ${memory.toFixed(0)} MB, p99 ${seen.p99.toFixed(2)} ms`);
      if (seen.broken > 0) throw new Error(`${seen.broken} requests failed`);
      if (seen.refused > 2 * REFUSED * seen.requests)
        throw new Error(`${seen.refused} requests were refused`);
      samples.half.push(rate);
      samples.p50.push(seen.p50);
      samples.p99.push(seen.p99);
      samples.memory.push(memory);
    }
    const measured: Measured[] = [{ name: contestant.name, remarks: [], samples }];
    const series = samples.memory.map((megabytes) => megabytes.toFixed(0)).join(' ');
    return { measured, remarks: [`RSS in MB, round by round: ${series}`] };
  },
};
