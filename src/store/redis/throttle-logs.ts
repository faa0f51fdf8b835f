import { StoreUnavailable, type Taken, type TakeRequest } from '../../core/store.ts';
import type { Connection } from './connection.ts';
import { keySlot } from './key-slot.ts';
import { replyCode } from './reply-error.ts';

/** Asks the sliding logs in Redis. */
export class ThrottleLogs {
  private readonly connection: Connection;
  /** In a cluster, even of one node, one call may name keys of one slot only. */
  private slots = false;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** @param now microseconds since the epoch, or '' for Redis's own clock */
  async take(requests: readonly TakeRequest[], now: number | ''): Promise<Taken[]> {
    const taken = new Map<TakeRequest, Taken>();
    const own = requests.filter(({ django }) => !django);
    const django = requests.filter((request) => request.django);
    await Promise.all([
      this.takeOwn(own, now, taken),
      ...django.map(async (request) => taken.set(request, await this.takeDjango(request, now))),
    ]);
    return requests.map((request) => taken.get(request) ?? short());
  }

  private async takeOwn(
    requests: readonly TakeRequest[],
    now: number | '',
    taken: Map<TakeRequest, Taken>,
  ): Promise<void> {
    if (this.slots) {
      await Promise.all(bySlot(requests).map((some) => this.call(some, now, taken)));
      return;
    }
    try {
      await this.call(requests, now, taken);
    } catch (error) {
      // Refused before anything was counted.
      if (replyCode(error) !== 'CROSSSLOT') throw error;
      this.slots = true;
      await this.takeOwn(requests, now, taken);
    }
  }

  private async call(
    requests: readonly TakeRequest[],
    now: number | '',
    taken: Map<TakeRequest, Taken>,
  ): Promise<void> {
    if (requests.length === 0) return;
    const keys = requests.map(({ key }) => key);
    const rates = requests.flatMap(({ limit, windowMs }) => [limit, windowMs * 1_000]);
    const answer = await this.connection.run((redis) =>
      redis.posternTake(keys.length, ...keys, now, ...rates),
    );
    for (const [index, request] of requests.entries()) taken.set(request, readTaken(answer, index * 3));
  }

  private async takeDjango({ key, limit, windowMs }: TakeRequest, now: number | ''): Promise<Taken> {
    const window = windowMs * 1_000;
    return readTaken(
      await this.connection.run((redis) => redis.posternTakeDjango(key, now, limit, window)),
      0,
    );
  }
}

function bySlot(requests: readonly TakeRequest[]): TakeRequest[][] {
  const slots = new Map<number, TakeRequest[]>();
  for (const request of requests) {
    const slot = keySlot(request.key);
    const some = slots.get(slot);
    if (some) some.push(request);
    else slots.set(slot, [request]);
  }
  return [...slots.values()];
}

function readTaken(answer: readonly number[], at: number): Taken {
  const [admitted, wait, remaining] = answer.slice(at, at + 3);
  if (admitted === undefined || wait === undefined || remaining === undefined) return short();
  return { admitted: admitted === 1, waitMs: wait / 1_000, remaining };
}

function short(): never {
  throw new StoreUnavailable('the throttle script gave a short answer');
}
