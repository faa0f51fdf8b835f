import { tooMuch } from './undecodable.ts';

/** What one record may cost. */
export interface Limits {
  /** Bytes of a record, before and after decompression. */
  bytes: number;
  /** Values in a record, containers included; a value that is referred to twice counts twice. */
  items: number;
  /** Containers inside each other. */
  depth: number;
}

/** Wide for sessions (Django's usual one has 200 bytes and 3 values), small for a gateway's memory. */
export const DEFAULT_LIMITS: Readonly<Limits> = { bytes: 1 << 20, items: 100_000, depth: 64 };

/** Python's own bound for reading an integer from text (`sys.get_int_max_str_digits`). */
export const MAX_DIGITS = 4300;

/** @throws Undecodable (`limit`) */
export function refuseLong(bytes: Uint8Array, limits: Limits): void {
  if (bytes.length > limits.bytes) throw tooMuch(`record is longer than ${limits.bytes} bytes`);
}
