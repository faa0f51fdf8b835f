// `npm run bench`: Postern and its peers side by side. Figures go to standard output, what is under way to standard error.
import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { type Options, parseArguments, USAGE } from './arguments.ts';
import type { Scene } from './contestants/contestant.ts';
import { judge } from './goals.ts';
import { PACER } from './load/pace.ts';
import { describeMachine, type Machine, missing, notConfigured } from './machine.ts';
import type { RowResult } from './measure/metrics.ts';
import { chart } from './report/chart.ts';
import { goalTable } from './report/goal-table.ts';
import { rowTable } from './report/row-table.ts';
import { rows } from './rows/index.ts';
import { type Cores, chooseCores, pinSelf } from './stage/cores.ts';
import { RedisServer } from './stage/redis.ts';
import { Stage } from './stage/stage.ts';
import { startUpstream } from './stage/upstream.ts';

/** Above this, others use the cores: figures show that the bench works, and nothing else. */
const QUIET_LOAD = 1;

const print = (text: string): boolean => process.stdout.write(`${text}\n`);
const say = (text: string): boolean => process.stderr.write(`${text}\n`);

function introduce(machine: Machine, { rounds, seconds, quietPeers }: Options, cores: Cores): void {
  const { postern, node, cpu, kernel, versions, load } = machine;
  print(`Postern ${postern}, Node.js ${node}`);
  print(`${cpu}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, Linux ${kernel}`);
  for (const version of Object.values(versions)) print(version);
  print(`contestants on core ${cores.contestant}; load, upstream and Redis on core ${cores.rest}`);
  print(`${rounds} rounds of ${seconds} s, saturated by wrk; half load by ${PACER}`);
  print(`access logs: ${quietPeers ? 'Postern alone' : 'everybody'}, to /dev/null`);
  for (const name of notConfigured()) print(`found, not configured: ${name}`);
  if (load > QUIET_LOAD) print(`THE MACHINE IS BUSY (load ${load}): these figures say nothing about Postern`);
}

async function runRows(options: Options, stage: Stage): Promise<RowResult[]> {
  const { only, rounds, seconds, quietPeers } = options;
  const redis = await RedisServer.start(stage);
  try {
    const scene: Scene = { stage, redis, upstream: await startUpstream(stage), quietPeers };
    const results: RowResult[] = [];
    for (const { name, title, compare, run } of rows) {
      if (only.length > 0 && !only.includes(name)) continue;
      const { measured, remarks = [] } = await run(scene, {
        rounds,
        seconds,
        say: (text) => say(`${name}: ${text}`),
      });
      const result: RowResult = { row: name, title, compare, measured, remarks };
      results.push(result);
      print(`\n${rowTable(result)}`);
    }
    return results;
  } finally {
    redis.close();
  }
}

/** A signal ends all that was started, and then the bench. */
function endOnSignals(stage: Stage): () => boolean {
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      interrupted = true;
      say(`${signal}: ending`);
      void stage.end().finally(() => process.exit(128 + constants.signals[signal]));
    });
  }
  return () => interrupted;
}

async function main(): Promise<number> {
  const names = rows.map(({ name }) => name);
  const options = parseArguments(process.argv.slice(2), names);
  if (typeof options === 'string') {
    say(`${options}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    print([USAGE, '', ...rows.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`)].join('\n'));
    return 0;
  }
  const problems = missing();
  const cores = chooseCores();
  if (!cores) problems.push('the bench needs two cores: one for the contestant, one for all the rest');
  for (const problem of problems) say(problem);
  if (!cores || problems.length > 0) return 2;

  const machine = describeMachine();
  pinSelf(cores.rest);
  introduce(machine, options, cores);
  const stage = new Stage(cores);
  const interrupted = endOnSignals(stage);
  try {
    const results = await runRows(options, stage);
    const judged = judge(results);
    if (judged.length > 0) print(`\n${goalTable(judged)}`);
    const { json, svg } = options;
    if (json !== undefined)
      writeFileSync(json, `${JSON.stringify({ machine, options, rows: results, goals: judged }, null, 2)}\n`);
    if (svg !== undefined) writeFileSync(svg, chart(results));
    return 0;
  } catch (error) {
    // What a signal has ended fails in many ways; none of them is news.
    if (interrupted()) return await new Promise<never>(() => {});
    throw error;
  } finally {
    await stage.end();
  }
}

process.exitCode = await main();
