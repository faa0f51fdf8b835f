import { timingSafeEqual } from 'node:crypto';

/** Compares in the same time wherever two texts of one length differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
