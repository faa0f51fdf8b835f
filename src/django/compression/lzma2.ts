import { malformed } from '../undecodable.ts';
import type { Input } from './input.ts';
import { Lzma } from './lzma.ts';
import type { Output } from './output.ts';

/** Steps of a chunk beside what is in it. */
const CHUNK = 50;

/**
 * The chunks of an LZMA2 stream, up to its end mark: stored bytes, or LZMA that goes on from the chunk before or starts
 * afresh (state, then properties, then what may be referred back to).
 *
 * @throws Undecodable
 */
export function decodeLzma2(input: Input, output: Output): void {
  const lzma = new Lzma(output, input.budget);
  let fresh = true;
  for (let control = input.byte(); control !== 0; control = input.byte()) {
    input.budget.spend(CHUNK);
    const forgets = control === 1 || control >= 0xe0;
    if (fresh && !forgets) throw malformed('lzma starts without a fresh dictionary');
    fresh = false;
    if (forgets) lzma.forget();
    if (control < 0x80) {
      if (control > 2) throw malformed('lzma has an unknown chunk');
      output.append(input.take(big16(input) + 1));
    } else {
      const size = ((control & 0x1f) << 16) + big16(input) + 1;
      const packed = big16(input) + 1;
      if (control >= 0xc0) lzma.configure(input.byte());
      else if (control >= 0xa0) lzma.reset();
      lzma.decode(input.take(packed), size);
    }
  }
}

function big16(input: Input): number {
  return input.take(2).readUInt16BE();
}
