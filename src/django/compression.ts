import { gunzipSync, inflateSync } from 'node:zlib';
import { Budget } from './budget.ts';
import { decompressLz4, LZ4_MAGIC } from './compression/lz4.ts';
import { decompressXz, XZ_MAGIC } from './compression/xz.ts';
import { decompressZstd, ZSTD_MAGIC } from './compression/zstd.ts';
import { malformed, tooMuch, Undecodable } from './undecodable.ts';

/** The words for django-redis's compressors; `lzma` is xz. */
export const COMPRESSORS = ['none', 'zlib', 'gzip', 'lzma', 'lz4', 'zstd'] as const;

export type Compressor = (typeof COMPRESSORS)[number];

type Decompress = (bytes: Uint8Array, budget: Budget) => Buffer;

const DECOMPRESS: Readonly<Record<Exclude<Compressor, 'none'>, Decompress>> = {
  zlib: (bytes, budget) => native(inflateSync, bytes, budget),
  gzip: (bytes, budget) => native(gunzipSync, bytes, budget),
  lzma: decompressXz,
  lz4: decompressLz4,
  zstd: decompressZstd,
};

/**
 * Undoes a compressor as django-redis does: it leaves short values alone (up to 15 bytes, lzma up to 100), so what does
 * not decompress is taken as it is, and is for the serializer to judge.
 *
 * @param compressor `auto` goes by the first bytes; no compressed value starts as any serializer's does
 * @throws Undecodable (`limit`) for more bytes or work than the budget has
 */
export function decompress(
  bytes: Uint8Array,
  compressor: Compressor | 'auto',
  budget: Budget = new Budget(),
): Uint8Array {
  budget.refuseLong(bytes.length);
  const name = compressor === 'auto' ? recognize(bytes) : compressor;
  if (name === 'none') return bytes;
  try {
    return DECOMPRESS[name](bytes, budget);
  } catch (error) {
    if (error instanceof Undecodable && error.reason !== 'limit') return bytes;
    throw error;
  }
}

function recognize(bytes: Uint8Array): Compressor {
  const starts = (magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);
  if (starts([0x1f, 0x8b])) return 'gzip';
  if (starts(XZ_MAGIC)) return 'lzma';
  if (starts(LZ4_MAGIC)) return 'lz4';
  if (starts(ZSTD_MAGIC)) return 'zstd';
  // RFC 1950: deflate with a window of 32 KiB, and a check of the first two bytes.
  return bytes[0] === 0x78 && (0x7800 + (bytes[1] ?? 0)) % 31 === 0 ? 'zlib' : 'none';
}

/** Node's own, which stop at a number of bytes and cannot count: what they may cost is paid afterwards. */
function native(inflate: typeof inflateSync, bytes: Uint8Array, budget: Budget): Buffer {
  const most = budget.limits.bytes;
  let result: Buffer;
  try {
    result = inflate(bytes, { maxOutputLength: most });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooMuch(`record is longer than ${most} bytes when decompressed`);
    }
    throw malformed('compressed data is broken');
  }
  budget.spend((bytes.length + result.length) / 4);
  return result;
}
