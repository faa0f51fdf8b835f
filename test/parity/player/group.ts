import t from 'tap';
import { startRedis } from '../../support/redis.ts';
import type { Exception } from './exceptions.ts';
import { play } from './player.ts';
import { readRecording } from './recording.ts';

/** Plays one recording as a test of its own; no exception may be left that nothing needs. */
export function playGroup(group: string, exceptions: readonly Exception[]): void {
  t.test(`what Django answered, asked of Postern: ${group}`, { timeout: 60_000 }, async (t) => {
    const server = await startRedis();
    t.teardown(() => server.stop());
    const { cases, steps, differing } = await play(t, readRecording(group), exceptions, server);
    t.ok(cases > 10 && steps > cases, `${cases} cases, ${steps} requests`);
    const idle = exceptions.filter((exception) => !differing.has(exception));
    t.same(
      idle.map(({ id }) => id),
      [],
      'every exception is one',
    );
  });
}
