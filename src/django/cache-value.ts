import { Budget } from './budget.ts';
import { type Compressor, decompress } from './compression.ts';
import { integerFromText } from './integer-text.ts';
import { decodeJson } from './json.ts';
import { decodeMsgpack } from './msgpack.ts';
import { decodePickle } from './pickle.ts';
import { malformed } from './undecodable.ts';
import type { Value } from './value.ts';

/** The words for what writes values: django-redis has all three, Django's own Redis cache pickles. */
export const SERIALIZERS = ['pickle', 'json', 'msgpack'] as const;

export type Serializer = (typeof SERIALIZERS)[number];

const DECODE: Readonly<Record<Serializer, (bytes: Uint8Array, budget: Budget) => Value>> = {
  pickle: decodePickle,
  json: decodeJson,
  msgpack: decodeMsgpack,
};

/** How a cache writes. Both default to `auto`, which goes by the first bytes. */
export interface CacheFormat {
  serializer?: Serializer | 'auto';
  compressor?: Compressor | 'auto';
}

/**
 * Reads a value that django-redis or Django's own Redis cache has written: an integer from its digits, else
 * decompressed (where it can be) and then decoded.
 *
 * @throws Undecodable
 */
export function decodeCacheValue(
  bytes: Uint8Array,
  format: CacheFormat = {},
  budget: Budget = new Budget(),
): Value {
  const { serializer = 'auto', compressor = 'auto' } = format;
  budget.refuseLong(bytes.length);
  const integer = integerFromText(latin1(bytes));
  if (integer !== undefined) return integer;
  const content = decompress(bytes, compressor, budget);
  return DECODE[serializer === 'auto' ? recognize(content) : serializer](content, budget);
}

/** Digits only: the longest integer has 4,300 of them, and what is longer need not be looked at. */
function latin1(bytes: Uint8Array): string {
  return bytes.length > 10_000
    ? ''
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

const JSON_START = /^[[{"tfn\-0-9 \t\r\n]/;
const PICKLE_START = /^[()\]}NIJKLMFGVXUTCBc]/;

/**
 * No value can be taken for two: what is written in JSON or pickle starts with bytes that are complete small integers
 * in MessagePack, and the others differ in their first byte.
 */
function recognize(bytes: Uint8Array): Serializer {
  const [first = 0, second = 0xff] = bytes;
  if (bytes.length === 0) throw malformed('record is empty');
  const start = String.fromCharCode(first);
  if (first === 0x80 && second <= 5) return 'pickle';
  if (JSON_START.test(start)) return 'json';
  return PICKLE_START.test(start) ? 'pickle' : 'msgpack';
}
