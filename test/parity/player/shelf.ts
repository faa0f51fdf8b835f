import type { Redis } from 'ioredis';
import { decodeCacheValue } from '../../../src/django/cache-value.ts';
import { CLOCK_BASE } from '../support/django.ts';
import type { Change, Effect, Person, World } from './recording.ts';

/** What the gateway alone has in this Redis: the users, whom Django keeps in its database. */
const OURS = /^(?:user|basic|stock):/;

/** An empty Redis, and the users where Postern looks for them. */
export async function furnish(redis: Redis, { users }: World): Promise<void> {
  await redis.flushdb();
  await publish(redis, users);
}

/** Writes users where Postern looks for them. */
export async function publish(redis: Redis, users: readonly Person[]): Promise<void> {
  const writing = redis.pipeline();
  for (const user of users) {
    writing.set(`user:${user.id}`, JSON.stringify(user));
    writing.set(`basic:${user.username}`, JSON.stringify(user));
    writing.set(`stock:${stockToken(user.id)}`, String(user.id));
  }
  await writing.exec();
}

/** `rest_framework.authtoken` in the Django project: 40 times the user's id. */
const stockToken = (id: number) => String(id).repeat(40);

/** A user as it is now, or gone, after another hand changed it. */
export async function changePerson(
  redis: Redis,
  world: World,
  name: string,
  now: Person | null,
): Promise<void> {
  const id = now?.id ?? world.users.find(({ username }) => username === name)?.id;
  const keys = [`user:${id}`, `basic:${name}`];
  if (now) for (const key of keys) await redis.set(key, JSON.stringify(now));
  else await redis.del(...keys, `stock:${stockToken(id ?? 0)}`);
}

/** What Django did to Redis when it was recorded, done by hand. */
export async function apply(redis: Redis, effect: Effect): Promise<void> {
  for (const [key, change] of Object.entries(effect)) {
    const name = Buffer.from(key, 'latin1');
    if (change === null) await redis.del(name);
    else if (change.history === undefined) {
      const value = change.hex === undefined ? (change.text ?? '') : Buffer.from(change.hex, 'hex');
      if (change.ttl === null) await redis.set(name, value);
      else await redis.set(name, value, 'EX', change.ttl);
    }
  }
}

interface Held {
  value: Buffer;
  ttl: number | null;
}

/** Every key of Django's, with its value and the seconds that it has left. */
export async function snapshot(redis: Redis): Promise<Map<string, Held>> {
  const keys = (await redis.keysBuffer('*')).filter((key) => !OURS.test(key.toString('latin1')));
  const reading = redis.pipeline();
  for (const key of keys) reading.getBuffer(key).pttl(key);
  const answers = (await reading.exec()) ?? [];
  const held = keys.map((key, at): [string, Held] => {
    const value = answers[2 * at]?.[1] as Buffer | null;
    const left = Number(answers[2 * at + 1]?.[1]);
    return [
      key.toString('latin1'),
      { value: value ?? Buffer.alloc(0), ttl: left < 0 ? null : Math.round(left / 1_000) },
    ];
  });
  return new Map(held.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What lies between two looks: written, prolonged or gone. */
export function changes(before: ReadonlyMap<string, Held>, after: ReadonlyMap<string, Held>): Effect {
  const found: Record<string, Change | null> = {};
  for (const [key, { value, ttl }] of after) {
    const was = before.get(key);
    const prolonged = ttl !== null && typeof was?.ttl === 'number' && ttl > was.ttl;
    if (!was?.value.equals(value) || prolonged) found[key] = { ttl, ...shown(key, value) };
  }
  for (const key of before.keys()) if (!after.has(key)) found[key] = null;
  return found;
}

function shown(key: string, value: Buffer): Omit<Change, 'ttl'> {
  const history = key.includes(':throttle_') ? historyIn(value) : undefined;
  if (history) return { history };
  const text = value.toString('latin1');
  return /^[\x20-\x7e]*$/.test(text) ? { text } : { hex: value.toString('hex') };
}

/** A throttle's history, newest first, in seconds after CLOCK_BASE. */
export function historyIn(value: Buffer): number[] | undefined {
  const list = decodeCacheValue(value);
  return Array.isArray(list) && list.every((item) => typeof item === 'number')
    ? list.map((moment) => rounded(moment - CLOCK_BASE))
    : undefined;
}

/** To ten microseconds: floats of this size know no more. */
export const rounded = (seconds: number) => Math.round(seconds * 1e5) / 1e5;

/** What Django's throttles and single login hold: decoded, as two writers need not write alike. */
export async function holdings(redis: Redis): Promise<Map<string, { value: unknown; ttl: number }>> {
  const held = await snapshot(redis);
  const kept = [...held].filter(([key]) => /:throttle_|^single:/.test(key));
  return new Map(
    kept.map(([key, { value, ttl }]) => [key, { value: decodeCacheValue(value), ttl: ttl ?? -1 }]),
  );
}
