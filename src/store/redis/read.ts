import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { Stored } from '../../core/store.ts';
import { UnreadableRecord } from '../../core/unreadable.ts';
import type { Connection } from './connection.ts';
import { replyCode } from './reply-error.ts';

/** The largest record that is read, in bytes; of a hash, of its names and values together. */
export const LARGEST = 1_048_576;
/** How many fields a hash may have. */
export const MOST_FIELDS = 1_000;

const TOO_LARGE = -1;

/**
 * Reads a text or a hash without knowing which it is, and no more of it than a record may have. KEYS: the record.
 * ARGV: the largest size, the most fields. Answers bytes, a list of names and values, nil, or -1 for what is too large.
 */
export const READ = `
local key = KEYS[1]
local largest = tonumber(ARGV[1])
local kind = redis.call('TYPE', key).ok
if kind ~= 'hash' then
  if kind == 'none' then return false end
  return redis.call('GETRANGE', key, 0, largest)
end
if redis.call('HLEN', key) > tonumber(ARGV[2]) then return ${TOO_LARGE} end
local size = 0
for _, name in ipairs(redis.call('HKEYS', key)) do
  size = size + #name + redis.call('HSTRLEN', key, name)
end
if size > largest then return ${TOO_LARGE} end
return redis.call('HGETALL', key)
`;

/** How many beginnings of keys are remembered to lead to hashes. */
const MOST_BEGINNINGS = 100;

/**
 * Reads records in one round trip, whatever their size: never more than `LARGEST` of them. Texts are asked for by
 * GETRANGE, which costs Redis no more than GET. Where keys of one beginning turned out to be hashes, a script is asked.
 */
export class RecordReader {
  private readonly connection: Connection;
  private readonly hashes = new LRUCache<string, true>({ max: MOST_BEGINNINGS });

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /**
   * @param tracked Redis is to tell when the record changes
   * @returns an empty text, or undefined, where there is nothing: only its expiry tells the two apart
   * @throws UnreadableRecord for what is too large, and for what is neither text nor a hash
   */
  async read(key: string, tracked: boolean): Promise<Stored | undefined> {
    const beginning = key.slice(0, key.indexOf(':', 1) + 1);
    if (!this.hashes.has(beginning)) {
      try {
        return whole(
          await this.connection.run((redis) => told(redis, tracked).getrangeBuffer(key, 0, LARGEST)),
        );
      } catch (error) {
        if (replyCode(error) !== 'WRONGTYPE') throw error;
      }
    }
    try {
      const reply = await this.connection.run((redis) =>
        told(redis, tracked).posternReadBuffer(key, LARGEST, MOST_FIELDS),
      );
      if (Array.isArray(reply)) this.hashes.set(beginning, true);
      return recordOf(reply);
    } catch (error) {
      if (replyCode(error) !== 'WRONGTYPE') throw error;
      throw new UnreadableRecord('the key holds neither text nor a hash');
    }
  }
}

/** What is read by the next command is tracked. Where that cannot be, nothing that is read now is kept. */
function told(redis: Redis, tracked: boolean): Redis {
  if (tracked) redis.client('CACHING', 'YES').catch(() => {});
  return redis;
}

function recordOf(reply: Buffer | readonly Buffer[] | number | null): Stored | undefined {
  if (reply === null) return undefined;
  if (typeof reply === 'number') throw tooLarge();
  if (!Array.isArray(reply)) return whole(reply as Buffer);
  const fields: Record<string, string> = Object.create(null);
  for (let at = 0; at + 1 < reply.length; at += 2) fields[String(reply[at])] = String(reply[at + 1]);
  return fields;
}

function whole(bytes: Buffer): Buffer {
  if (bytes.length > LARGEST) throw tooLarge();
  return bytes;
}

function tooLarge(): UnreadableRecord {
  return new UnreadableRecord(
    `the record is larger than ${LARGEST} bytes, or has more than ${MOST_FIELDS} fields`,
  );
}
