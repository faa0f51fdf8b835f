import { StoreUnavailable, type Taken, type TakeRequest } from '../../core/store.ts';
import type { Connection } from './connection.ts';
import { keySlot } from './key-slot.ts';
import { replyCode } from './reply-error.ts';

/** How many logs one call asks at most: Redis does nothing else meanwhile. */
const MOST_AT_ONCE = 200;

interface Waiting {
  request: TakeRequest;
  resolve(taken: Taken): void;
  reject(error: unknown): void;
}

/** Asks the sliding logs in Redis. All that is asked in one turn of the event loop travels in one call. */
export class ThrottleLogs {
  private readonly connection: Connection;
  private readonly now: () => number | '';
  /** In a cluster, even of one node, one call may name keys of one slot only. */
  private slots = false;
  private waiting: Waiting[] = [];

  /** @param now microseconds since the epoch, or '' for Redis's own clock */
  constructor(connection: Connection, now: () => number | '') {
    this.connection = connection;
    this.now = now;
  }

  take(requests: readonly TakeRequest[]): Promise<Taken[]> {
    return Promise.all(
      requests.map((request) => (request.django ? this.takeDjango(request) : this.takeInTurn(request))),
    );
  }

  private takeInTurn(request: TakeRequest): Promise<Taken> {
    return new Promise((resolve, reject) => {
      if (this.waiting.push({ request, resolve, reject }) === 1) setImmediate(this.send);
    });
  }

  private readonly send = (): void => {
    const all = this.waiting;
    this.waiting = [];
    for (let from = 0; from < all.length; from += MOST_AT_ONCE)
      void this.ask(all.slice(from, from + MOST_AT_ONCE));
  };

  /** Never rejects: who waits is told. */
  private async ask(asked: readonly Waiting[]): Promise<void> {
    if (this.slots) {
      await Promise.all(bySlot(asked).map((some) => this.call(some)));
      return;
    }
    await this.call(asked);
  }

  private async call(asked: readonly Waiting[]): Promise<void> {
    const keys: string[] = [];
    const rates: number[] = [];
    for (const { request } of asked) {
      keys.push(request.key);
      rates.push(request.limit, request.windowMs * 1_000);
    }
    try {
      const answer = await this.connection.run((redis) =>
        redis.posternTake(keys.length, ...keys, this.now(), ...rates),
      );
      for (const [index, waiting] of asked.entries()) settle(waiting, answer, index * 3);
    } catch (error) {
      // Refused before anything was counted.
      if (replyCode(error) === 'CROSSSLOT' && !this.slots) {
        this.slots = true;
        await this.ask(asked);
      } else for (const { reject } of asked) reject(error);
    }
  }

  private async takeDjango({ key, limit, windowMs }: TakeRequest): Promise<Taken> {
    const window = windowMs * 1_000;
    return readTaken(
      await this.connection.run((redis) => redis.posternTakeDjango(key, this.now(), limit, window)),
      0,
    );
  }
}

function bySlot(asked: readonly Waiting[]): Waiting[][] {
  const slots = new Map<number, Waiting[]>();
  for (const waiting of asked) {
    const slot = keySlot(waiting.request.key);
    const some = slots.get(slot);
    if (some) some.push(waiting);
    else slots.set(slot, [waiting]);
  }
  return [...slots.values()];
}

function settle({ resolve, reject }: Waiting, answer: readonly (number | string)[], at: number): void {
  try {
    resolve(readTaken(answer, at));
  } catch (error) {
    reject(error);
  }
}

/** @throws StoreUnavailable when this log could not be asked */
function readTaken(answer: readonly (number | string)[], at: number): Taken {
  const admitted = answer[at];
  const wait = answer[at + 1];
  if (admitted === -1) throw new StoreUnavailable(String(wait));
  const remaining = answer[at + 2];
  if (typeof wait !== 'number' || typeof remaining !== 'number')
    throw new StoreUnavailable('the throttle script gave a short answer');
  return { admitted: admitted === 1, waitMs: wait / 1_000, remaining };
}
