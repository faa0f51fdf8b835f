import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import type { Test } from 'tap';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import type { RedisServer } from '../../support/redis.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';
import type { DivergenceId } from '../divergences.ts';
import type { Exception } from './exceptions.ts';
import { houseOf } from './house.ts';
import { expected, type Outcome, seen } from './outcome.ts';
import {
  type Asking,
  type Case,
  type Effect,
  inEachLanguage,
  type Recording,
  type Run,
  readWorld,
  type Step,
  type View,
  type World,
} from './recording.ts';
import { send } from './send.ts';
import { apply, changePerson, changes, furnish, snapshot } from './shelf.ts';
import { StepClock } from './step-clock.ts';
import { pathIn, viewsOf } from './views.ts';

/** What a recording amounted to. */
export interface Tally {
  cases: number;
  steps: number;
  /** Steps in which Postern differs on purpose. */
  differing: Map<Exception, number>;
  /** Why views were refused when the file was loaded. */
  refused: Set<DivergenceId>;
}

interface Stage {
  redis: Redis;
  gateway: Gateway;
  upstream: Upstream;
  clock: StepClock;
  world: World;
  env: Run['env'];
  views: Readonly<Record<string, View>>;
  /** Views that Postern does not start with. */
  refusals: ReadonlySet<string>;
}

/** Plays a recording against Postern, one assertion a case. */
export async function play(
  t: Test,
  recording: Recording,
  exceptions: readonly Exception[],
  server: RedisServer,
): Promise<Tally> {
  const world = readWorld();
  const tally: Tally = { cases: 0, steps: 0, differing: new Map(), refused: new Set() };
  for (const run of recording.runs) {
    const stage = await setStage(t, recording, run, world, server, tally);
    for (const one of run.cases.flatMap(inEachLanguage)) await playCase(t, stage, one, exceptions, tally);
    await stage.gateway.close();
    await stage.upstream.close();
  }
  return tally;
}

async function setStage(
  t: Test,
  recording: Recording,
  { env, cases }: Run,
  world: World,
  { url }: RedisServer,
  tally: Tally,
): Promise<Stage> {
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const clock = new StepClock();
  const { views, refusals } = viewsOf(recording, cases, env);
  const house = { env, world, upstream: upstream.url };
  for (const [path, { view, divergence }] of refusals) {
    const yaml = houseOf({ ...house, views: { [path]: view } });
    await t.rejects(
      startGateway(yaml, { redisUrl: url }),
      { name: 'InvalidConfiguration' },
      `${path} is no route`,
    );
    tally.refused.add(divergence);
  }
  const yaml = houseOf({ ...house, views });
  const gateway = await startGateway(yaml, { redisUrl: url, clock });
  t.teardown(() => gateway.close());
  return { redis, gateway, upstream, clock, world, env, views, refusals: new Set(refusals.keys()) };
}

async function playCase(
  t: Test,
  stage: Stage,
  one: Case,
  exceptions: readonly Exception[],
  tally: Tally,
): Promise<void> {
  await furnish(stage.redis, stage.world);
  const { views, refusals, env } = stage;
  const wanted: Outcome[] = [];
  const found: Outcome[] = [];
  let held: Effect = {};
  let number = -1;
  for (const step of one.steps) {
    if (step.http === undefined) {
      held = await act(stage, step);
      continue;
    }
    const asking = { ...step, http: step.http } as Asking & { http: string };
    const path = pathIn(step.http);
    const view = views[path];
    // Postern does not start with such a view: there is nothing to ask.
    number += 1;
    if (refusals.has(path)) continue;
    const before = { id: one.id, env, number, step: asking, view, held, first: wanted[0] };
    const outcome = expected(asking);
    const exception = exceptions.find(({ where }) => where(before));
    const instead = exception ? { ...outcome, ...exception.instead(outcome, before) } : outcome;
    if (exception && !isDeepStrictEqual(instead, outcome))
      tally.differing.set(exception, (tally.differing.get(exception) ?? 0) + 1);
    wanted.push(instead);
    const answer = await ask(stage, asking, instead);
    found.push(one.spoken ? { ...answer, headers: unspoken(answer.headers) } : answer);
  }
  tally.cases += 1;
  tally.steps += wanted.length;
  t.same(found, wanted, one.id);
}

/** Does what was done beside the requests; what Redis holds then. */
async function act({ redis, world }: Stage, step: Step): Promise<Effect> {
  if (step.redis) {
    const [command = '', ...given] = step.redis.map((part) =>
      typeof part === 'object' ? Buffer.from(part.hex, 'hex') : String(part),
    );
    await redis.call(String(command), ...given);
  }
  if (step.django && step.effect) await apply(redis, step.effect);
  const name = step.world?.user ?? step.now?.username;
  if (name !== undefined) await changePerson(redis, world, name, step.now ?? null);
  return changes(new Map(), await snapshot(redis));
}

async function ask(stage: Stage, step: Asking & { http: string }, wanted: Outcome): Promise<Outcome> {
  const { redis, gateway, upstream, clock } = stage;
  clock.at = step.at;
  upstream.clear();
  const before = await snapshot(redis);
  const response = await send(gateway.port, step);
  const effect = changes(before, await snapshot(redis));
  return seen(step, response, upstream.requests[0], effect, wanted);
}

function unspoken(headers: Outcome['headers']): Outcome['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(?:Vary|Content-Language)$/.test(name)),
  );
}
