/** The candidate that a typing mistake most likely meant, or undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // One mistake in a short word; two would make PATCH of FETCH.
  let least = word.length < 3 ? 1 : Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const steps = stepsBetween(word.toLowerCase(), candidate.toLowerCase());
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

/** `; did you mean "x"?`, or the list of what there is. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const all = [...new Set(candidates)];
  const near = nearest(word, all);
  if (near !== undefined) return `; did you mean "${near}"?`;
  return all.length > 0 && all.length <= 16 ? `; there is ${all.join(', ')}` : '';
}

/** The same letters in another order are one mistake. */
function stepsBetween(a: string, b: string): number {
  if (a === b) return 0;
  return [...a].sort().join('') === [...b].sort().join('') ? 1 : distance(a, b);
}

/** Levenshtein distance, row by row; two neighbours exchanged count as one step. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
