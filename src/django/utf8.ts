import { malformed } from './undecodable.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Strict UTF-8. Half a surrogate pair, which Python can store, is refused: JavaScript would join two halves to one
 * character, and two texts that differ in Python would be the same here.
 *
 * @throws Undecodable (`malformed`)
 */
export function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed('text is not UTF-8');
  }
}
