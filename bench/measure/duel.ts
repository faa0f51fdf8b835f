import type { Contestant, Scene, StartedContestant } from '../contestants/contestant.ts';
import type { Load, Wish } from '../load/load.ts';
import { pace } from '../load/pace.ts';
import { onPath } from '../stage/on-path.ts';
import type { Measured, Metric, Samples } from './metrics.ts';
import { type Credentials, PROOF_LIMIT, whyNotAnswering, whyNotDoing, whyNotForwarding } from './proof.ts';
import { shoot } from './shot.ts';

/** A limit that nothing reaches. */
export const NO_LIMIT = 1_000_000;
/** CPU time that a contestant spends before anything is measured, and how many shots that may take. */
const WARM_MICROSECONDS = 2_500_000;
const MOST_WARM_UPS = 5;
/** Below this share of the asked rate, latencies say more about the generator than about the contestant. */
const KEPT_PACE = 0.97;

export interface Entrant {
  contestant: Contestant;
  load: Load;
}

/** What a contestant has to show before it is measured. */
export type Proof =
  | { by: 'credentials'; credentials: Credentials }
  | { by: 'forwarding'; wish: Wish }
  | { by: 'answering' };

export interface DuelOptions {
  rounds: number;
  seconds: number;
  proof: Proof;
  /** What is counted in the saturated part. */
  unit: 'request' | 'megabyte';
  /** Whether latency at half of the saturated rate is measured too. */
  halfLoad: boolean;
  /** Whether the CPU of Redis belongs to the work. */
  usesRedis: boolean;
  say(text: string): void;
}

interface Running {
  started: StartedContestant;
  load: Load;
  measured: Measured;
  /** Requests a second; fixed by the first round. */
  half: number | undefined;
}

/** Measures contestants in turns, round by round, so that a change of the machine's mood meets all of them. */
export async function duel(
  scene: Scene,
  entrants: readonly Entrant[],
  options: DuelOptions,
): Promise<Measured[]> {
  const { rounds, seconds, say } = options;
  const all: Measured[] = [];
  const running: Running[] = [];
  for (const { contestant, load } of entrants) {
    const measured: Measured = { name: contestant.name, remarks: [], samples: {} };
    all.push(measured);
    const ready = await prepare(scene, contestant, options);
    if (typeof ready === 'string') {
      measured.leftOut = ready;
      say(`${contestant.name} is left out: ${ready}`);
    } else running.push({ started: ready, load, measured, half: undefined });
  }
  for (const { started, load, measured } of running) {
    say(`warm-up: ${measured.name}`);
    await warmUp(scene, started, load, seconds);
  }
  for (let round = 1; round <= rounds; round++) {
    // Nobody is always the first, nor always behind the same one.
    const order = round % 2 === 1 ? running : running.toReversed();
    for (const one of order) {
      say(`round ${round} of ${rounds}: ${one.measured.name}`);
      await measure(scene, one, options, round);
    }
  }
  return all;
}

/**
 * Until its code is compiled and its caches are full. That takes work, not time: on a busy machine a contestant does
 * little in a second.
 */
export async function warmUp(
  scene: Scene,
  started: StartedContestant,
  load: Load,
  seconds: number,
): Promise<void> {
  let used = 0;
  for (let shot = 1; shot <= MOST_WARM_UPS && used < WARM_MICROSECONDS; shot++) {
    const { cpuMicroseconds } = await shoot(scene, started, load, seconds, -shot);
    used += cpuMicroseconds;
  }
}

/** Starts a contestant that has shown that it does the work; else says why it is left out. */
async function prepare(
  scene: Scene,
  contestant: Contestant,
  { proof }: DuelOptions,
): Promise<StartedContestant | string> {
  const { needs } = contestant;
  const hint = needs ? ` (Debian packages: ${needs.packages})` : '';
  if (needs && !onPath(needs.command)) return `no ${needs.command} on the PATH${hint}`;
  try {
    // One that counts is checked with a limit that is reached, and started anew without.
    const checked = await contestant.start(scene, proof.by === 'credentials' ? PROOF_LIMIT : NO_LIMIT);
    const reason = await whyNot(scene, checked.port, proof);
    if (reason === undefined && proof.by !== 'credentials') return checked;
    await scene.stage.stop(checked.child);
    return reason === undefined ? await contestant.start(scene, NO_LIMIT) : `it ${reason}${hint}`;
  } catch (error) {
    return `${error instanceof Error ? error.message : error}${hint}`;
  }
}

function whyNot({ upstream }: Scene, port: number, proof: Proof): Promise<string | undefined> {
  if (proof.by === 'credentials') return whyNotDoing(port, proof.credentials);
  return proof.by === 'forwarding' ? whyNotForwarding(port, upstream, proof.wish) : whyNotAnswering(port);
}

async function measure(scene: Scene, one: Running, options: DuelOptions, round: number): Promise<void> {
  const { seconds, unit, halfLoad, usesRedis } = options;
  const { started, load, measured } = one;
  const { samples, remarks } = measured;
  const shot = await shoot(scene, started, load, seconds, round * 1_000_003);
  const rate = shot.requests / shot.seconds;
  const megabytes = shot.bytes / 1e6;
  if (unit === 'request') {
    add(samples, 'cpu', shot.cpuMicroseconds / shot.requests);
    add(samples, 'rate', rate);
  } else {
    add(samples, 'cpuPerMegabyte', shot.cpuMicroseconds / megabytes);
    add(samples, 'megabytes', megabytes / shot.seconds);
  }
  add(samples, 'busy', shot.cpuMicroseconds / 1e4 / shot.seconds);
  add(samples, 'memory', shot.residentBytes / 2 ** 20);
  if (usesRedis) add(samples, 'redis', shot.redisMicroseconds / shot.requests);
  if (shot.refused > 0)
    remarks.push(`round ${round}: ${shot.refused} of ${shot.requests} requests were refused`);
  if (shot.broken > 0) remarks.push(`round ${round}: ${shot.broken} requests or connections failed`);
  if (!halfLoad) return;

  one.half ??= Math.max(1, Math.floor(rate / 2));
  const calm = await pace(scene.stage, load, { port: started.port, seconds, seed: round }, one.half);
  const kept = calm.requests / calm.seconds / one.half;
  if (calm.refused > 0 || calm.broken > 0)
    remarks.push(`round ${round}, half load: ${calm.refused} refused, ${calm.broken} failed`);
  const valid = kept >= KEPT_PACE;
  if (!valid)
    remarks.push(
      `round ${round}, half load: not counted, as ${Math.round(kept * 100)} % of the rate was reached`,
    );
  add(samples, 'half', one.half);
  // Not a number, and not left out: ratios pair the values of a round.
  add(samples, 'p50', valid ? calm.p50 : Number.NaN);
  add(samples, 'p99', valid ? calm.p99 : Number.NaN);
}

function add(samples: Samples, metric: Metric, value: number): void {
  const values = samples[metric] ?? [];
  values.push(value);
  samples[metric] = values;
}
