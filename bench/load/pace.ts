import { join } from 'node:path';
import { onPath } from '../stage/on-path.ts';
import { ROOT, type Stage } from '../stage/stage.ts';
import type { Load } from './load.ts';
import type { Order } from './pace-main.ts';
import { paceByWrk2, type Seen, type Shot } from './wrk.ts';

const MAIN = join(ROOT, 'build/bench/load/pace-main.js');

/** wrk cannot hold a rate. */
export const PACER = onPath('wrk2') ? 'wrk2' : "the bench's own generator (bench/load/pace-main.ts)";

/** So many requests a second, come what may. */
export async function pace(stage: Stage, load: Load, shot: Shot, rate: number): Promise<Seen> {
  if (PACER === 'wrk2') return paceByWrk2(stage, load, shot, rate);
  const order: Order = { ...load, ...shot, rate };
  return JSON.parse(await stage.run(process.execPath, [MAIN, JSON.stringify(order)])) as Seen;
}
