/** Longer patterns are an error, so that the longest path cannot make one run for long. */
const LONGEST = 128;

/**
 * True when all of `text` fits `pattern`, in which `*` is any run of characters and `?` any one.
 *
 * @throws RangeError for a pattern of more than 128 characters
 */
export function glob(text: string, pattern: string): boolean {
  if (pattern.length > LONGEST) throw new RangeError(`a glob has at most ${LONGEST} characters`);
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return text.length === first.length && standsAt(text, first, 0);
  if (!standsAt(text, first, 0)) return false;
  let at = first.length;
  // What stands leftmost leaves most to what follows, so no choice has to be taken back.
  for (const piece of others) {
    const found = find(text, piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && standsAt(text, last, text.length - last.length);
}

function find(text: string, piece: string, from: number): number {
  if (!piece.includes('?')) return text.indexOf(piece, from);
  for (let at = from; at <= text.length - piece.length; at++) {
    if (standsAt(text, piece, at)) return at;
  }
  return -1;
}

function standsAt(text: string, piece: string, at: number): boolean {
  if (at + piece.length > text.length) return false;
  for (let index = 0; index < piece.length; index++) {
    if (piece[index] !== '?' && piece[index] !== text[at + index]) return false;
  }
  return true;
}
