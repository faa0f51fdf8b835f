import { join } from 'node:path';
import { ROOT, type Stage } from '../stage/stage.ts';
import type { Load } from './load.ts';

/** What a generator saw. */
export interface Seen {
  requests: number;
  seconds: number;
  /** Of replies, heads included. */
  bytes: number;
  /** Replies with a status of 400 or more. */
  refused: number;
  /** Connections that failed, and replies that did not come. */
  broken: number;
  /** Milliseconds from sending, or with a pace from when it was to be sent, until the reply was complete. */
  p50: number;
  p99: number;
}

export interface Shot {
  port: number;
  seconds: number;
  /** Another part of the requests for every shot. */
  seed: number;
}

const SCRIPT = join(ROOT, 'bench/load/requests.lua');

/** As many requests as the contestant can answer. */
export function saturate(stage: Stage, load: Load, shot: Shot): Promise<Seen> {
  return run(stage, 'wrk', load, shot, []);
}

/** wrk2 sends at a fixed rate. */
export function paceByWrk2(stage: Stage, load: Load, shot: Shot, rate: number): Promise<Seen> {
  return run(stage, 'wrk2', load, shot, ['-R', String(rate)]);
}

async function run(
  stage: Stage,
  command: string,
  { connections, source }: Load,
  { port, seconds, seed }: Shot,
  more: readonly string[],
): Promise<Seen> {
  const output = await stage.run(command, [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    '30s',
    ...more,
    '-s',
    SCRIPT,
    `http://127.0.0.1:${port}/`,
    '--',
    ...source,
    String(seed),
  ]);
  return JSON.parse(output.slice(output.lastIndexOf('\n{'))) as Seen;
}
