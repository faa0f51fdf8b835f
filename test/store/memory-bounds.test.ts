import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { MOST_BYTES, MOST_LOGS } from '../../src/store/memory/sliding-logs.ts';
import { OwnClock } from '../support/gateway.ts';

const DAY = 86_400_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The heap in bytes when what is garbage is gone. */
function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

function open() {
  const clock = new OwnClock();
  const warnings: string[] = [];
  const log = { info() {}, error() {}, warn: (_: object, message: string) => void warnings.push(message) };
  const store = new MemoryStore(clock, undefined, log);
  const admits = (key: string, limit: number) => store.take([{ key, limit, windowMs: DAY }])[0]?.admitted;
  return { clock, store, warnings, admits };
}

t.test('a million callers within a window take no more memory than the guide says', async (t) => {
  const { store, warnings, admits } = open();
  const before = heap();
  for (let caller = 0; caller < 1_000_000; caller++) {
    if (caller === MOST_LOGS) t.same([store.evicted, warnings.length], [0, 0], 'so many are kept');
    admits(`postern:throttle:all:header:sha256:${'x'.repeat(32)}-${caller}`, 100);
  }
  const bytes = heap() - before;
  t.ok(bytes < MOST_BYTES * 1.25, `${bytes} bytes`);
  t.equal(store.evicted, 1_000_000 - MOST_LOGS);
  t.equal(warnings.length, 1, 'said once');
});

t.test('who keeps asking is not dropped for those who do not', async (t) => {
  const { store, admits } = open();
  t.equal(admits('stubborn', 1), true);
  for (let caller = 0; caller < MOST_LOGS * 1.5; caller++) {
    admits(`other-${caller}`, 1);
    if (caller % 1_000 === 0) t.equal(admits('stubborn', 1), false);
  }
  t.ok(store.evicted > 0);
  for (let caller = 0; caller < MOST_LOGS; caller++) admits(`last-${caller}`, 1);
  t.equal(admits('stubborn', 1), true, 'who was silent while 100 000 others came, begins anew');
});

t.test('long logs are bounded by memory: the callers of few large limits', async (t) => {
  const { clock, store, warnings, admits } = open();
  const before = heap();
  for (let caller = 0; caller < 220; caller++) {
    for (let time = 0; time < 9_900; time++) {
      clock.advance(1);
      admits(`caller-${caller}`, 10_000);
    }
  }
  const bytes = heap() - before;
  t.ok(bytes < MOST_BYTES * 1.5, `${bytes} bytes`);
  t.ok(store.evicted > 0 && warnings.length === 1);
});

t.test(
  'a limit above 10,000 admits no more than it says in any window, and all of it again a little later',
  async (t) => {
    const { clock, admits } = open();
    const LIMIT = 20_000;
    const admitted: number[] = [];
    for (let time = 0; time < 60_000; time++) {
      clock.advance(3_000);
      if (admits('one', LIMIT)) admitted.push(clock.now());
    }
    const tooClose = admitted.filter((at, index) => at - (admitted[index - LIMIT] ?? -DAY) < DAY);
    t.same(tooClose, []);
    t.ok(admitted.length >= LIMIT * 2, `${admitted.length} in two windows and a bit`);
  },
);
