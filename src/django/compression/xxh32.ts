const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

/** The checksum of LZ4 frames, with seed 0 (xxHash specification, XXH32). */
export function xxh32(bytes: Buffer): number {
  let at = 0;
  let sum = PRIME_5;
  if (bytes.length >= 16) {
    const lanes = [(PRIME_1 + PRIME_2) | 0, PRIME_2, 0, -PRIME_1 | 0];
    for (; at <= bytes.length - 16; at += 16) {
      for (let i = 0; i < 4; i++) {
        const word = Math.imul(bytes.readInt32LE(at + 4 * i), PRIME_2);
        lanes[i] = Math.imul(rotate((lanes[i] ?? 0) + word, 13), PRIME_1);
      }
    }
    sum = lanes.reduce((total, lane, i) => total + rotate(lane, [1, 7, 12, 18][i] ?? 0), 0);
  }
  sum = (sum + bytes.length) | 0;
  for (; at <= bytes.length - 4; at += 4) {
    sum = Math.imul(rotate(sum + Math.imul(bytes.readInt32LE(at), PRIME_3), 17), PRIME_4);
  }
  for (; at < bytes.length; at++) {
    sum = Math.imul(rotate(sum + Math.imul(bytes.readUInt8(at), PRIME_5), 11), PRIME_1);
  }
  sum = Math.imul(sum ^ (sum >>> 15), PRIME_2);
  sum = Math.imul(sum ^ (sum >>> 13), PRIME_3);
  return (sum ^ (sum >>> 16)) >>> 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
