import fc from 'fast-check';
import t from 'tap';
import { FairQueue } from '../../src/core/fair-queue.ts';

function drain<T>(queue: FairQueue<T>): T[] {
  const taken: T[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) taken.push(item);
  return taken;
}

t.test('owners take turns; the items of one keep their order', async (t) => {
  const queue = new FairQueue<string>({ share: 3, most: 9 });
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(item[0] ?? '', item);
  t.same(drain(queue), ['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
});

t.test('one who comes later waits for no more than one item of each of the others', async (t) => {
  const queue = new FairQueue<string>({ share: 16, most: 64 });
  for (let n = 0; n < 16; n++) queue.push('flood', `flood${n}`);
  queue.shift();
  queue.push('ada', 'ada');
  t.same([queue.shift(), queue.shift()], ['flood1', 'ada']);
});

t.test('more than a share is refused, whoever else waits', async (t) => {
  const queue = new FairQueue<number>({ share: 2, most: 9 });
  t.same([queue.push('a', 1), queue.push('a', 2)], [undefined, undefined]);
  t.same(queue.push('a', 3), { item: 3, why: 'share' });
  t.equal(queue.push('b', 4), undefined);
});

t.test('a full queue makes room at the cost of who has the most', async (t) => {
  const queue = new FairQueue<string>({ share: 3, most: 4 });
  for (const item of ['a1', 'a2', 'a3', 'b1']) queue.push(item[0] ?? '', item);
  t.same(queue.push('c', 'c1'), { item: 'a3', why: 'share' });
  t.same(queue.push('c', 'c2'), { item: 'c2', why: 'full' }, 'an equal share displaces nobody');
  t.same(queue.push('d', 'd1'), { item: 'a2', why: 'share' });
  t.same(queue.push('e', 'e1'), { item: 'e1', why: 'full' }, 'each has one');
  t.same(drain(queue), ['a1', 'b1', 'c1', 'd1']);
});

t.test('whatever comes and goes: nothing is lost, nothing grows, nobody has more than a share', async () => {
  const steps = fc.array(fc.oneof(fc.constant('take' as const), fc.integer({ min: 0, max: 5 })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(
      steps,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 8 }),
      (todo, share, most) => {
        const queue = new FairQueue<{ owner: string }>({ share, most });
        const waiting = new Map<string, number>();
        const add = (owner: string, by: number) => waiting.set(owner, (waiting.get(owner) ?? 0) + by);
        for (const step of todo) {
          if (step === 'take') {
            const taken = queue.shift();
            if (taken) add(taken.owner, -1);
          } else {
            const owner = String(step);
            const displaced = queue.push(owner, { owner });
            add(owner, 1);
            if (displaced) add(displaced.item.owner, -1);
          }
          const counts = [...waiting.values()];
          const total = counts.reduce((sum, count) => sum + count, 0);
          if (total !== queue.size || total > most || counts.some((count) => count > share)) return false;
        }
        return drain(queue).length === [...waiting.values()].reduce((sum, count) => sum + count, 0);
      },
    ),
  );
});
