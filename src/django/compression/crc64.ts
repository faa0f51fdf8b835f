/** The polynomial, reflected, in two halves: JavaScript's fast integers have 32 bits. */
const LOW = 0xd7870f42;
const HIGH = 0xc96c5795;

const LOW_TABLE = new Int32Array(256);
const HIGH_TABLE = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd) {
      low ^= LOW;
      high ^= HIGH;
    }
  }
  LOW_TABLE[byte] = low;
  HIGH_TABLE[byte] = high;
}

/** CRC-64 of ECMA-182: the usual checksum of xz. Eight bytes, least first. */
export function crc64(bytes: Uint8Array): Buffer {
  let low = -1;
  let high = -1;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = (LOW_TABLE[index] ?? 0) ^ ((low >>> 8) | (high << 24));
    high = (HIGH_TABLE[index] ?? 0) ^ (high >>> 8);
  }
  const sum = Buffer.alloc(8);
  sum.writeInt32LE(~low);
  sum.writeInt32LE(~high, 4);
  return sum;
}
