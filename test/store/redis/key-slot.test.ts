import fc from 'fast-check';
import { Redis } from 'ioredis';
import t from 'tap';
import { keySlot } from '../../../src/store/redis/key-slot.ts';
import { startRedis } from '../../support/redis.ts';

t.test('a key has the slot that Redis gives it', async (t) => {
  const server = await startRedis({ args: ['--cluster-enabled', 'yes'] });
  t.teardown(() => server.kill());
  const redis = new Redis(server.url);
  t.teardown(() => redis.disconnect());
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('{', '}', '{}', 'user:7'),
  );
  const keys = fc.array(text, { maxLength: 5 }).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(keys, async (key) => (await redis.cluster('KEYSLOT', key)) === keySlot(key)),
    { numRuns: 500 },
  );
  t.pass();
});
