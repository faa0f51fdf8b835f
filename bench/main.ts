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
import type { Row } from './rows/row.ts';
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
  for (const [command, version] of Object.entries(versions)) print(`${command}: ${version}`);
  print(`contestants on core ${cores.contestant}; load, upstream and Redis on core ${cores.rest}`);
  print(`${rounds} rounds of ${seconds} s, saturated by wrk; half load by ${PACER}`);
  print(`access logs: ${quietPeers ? 'Postern alone' : 'everybody'}, to /dev/null`);
  for (const name of notConfigured()) print(`found, not configured: ${name}`);
  if (load > QUIET_LOAD) print(`THE MACHINE IS BUSY (load ${load}): these figures say nothing about Postern`);
}

/** A row that fails says so, and the next ones are measured all the same. */
async function runRow(
  { name, title, compare, run }: Row,
  scene: Scene,
  options: Options,
): Promise<RowResult> {
  const { rounds, seconds } = options;
  const row = { row: name, title, compare };
  try {
    const { measured, remarks = [] } = await scene.stage.during(() =>
      run(scene, { rounds, seconds, say: (text) => say(`${name}: ${text}`) }),
    );
    return { ...row, measured, remarks };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...row, measured: [], remarks: [], failed: reason };
  }
}

async function runRows(options: Options, stage: Stage): Promise<RowResult[]> {
  const { only, quietPeers } = options;
  const redis = await RedisServer.start(stage);
  try {
    const scene: Scene = { stage, redis, upstream: await startUpstream(stage), quietPeers };
    const results: RowResult[] = [];
    for (const row of rows) {
      if (only.length > 0 ? !only.includes(row.name) : row.onRequest) continue;
      const result = await runRow(row, scene, options);
      if (stage.ended) break;
      results.push(result);
      print(`\n${rowTable(result)}`);
    }
    return results;
  } finally {
    redis.close();
  }
}

/** A signal ends all that was started, and then the bench. */
function endOnSignals(stage: Stage): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      say(`${signal}: ending`);
      void stage.end().finally(() => process.exit(128 + constants.signals[signal]));
    });
  }
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
  endOnSignals(stage);
  try {
    const results = await runRows(options, stage);
    // A signal has come; what it ended has failed, and says nothing.
    if (stage.ended) return 1;
    const judged = judge(results);
    if (judged.length > 0) print(`\n${goalTable(judged)}`);
    const { json, svg } = options;
    if (json !== undefined)
      writeFileSync(json, `${JSON.stringify({ machine, options, rows: results, goals: judged }, null, 2)}\n`);
    if (svg !== undefined) writeFileSync(svg, chart(results));
    return results.some(({ failed }) => failed !== undefined) ? 1 : 0;
  } finally {
    await stage.end();
  }
}

process.exitCode = await main();
