/** True when all of `text` fits `pattern`, in which `*` is any run of characters and `?` any one. Takes at most text × pattern comparisons. */
export function glob(text: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  let p = 0;
  while (at < text.length) {
    if (p < pattern.length && (pattern[p] === '?' || (pattern[p] === text[at] && pattern[p] !== '*'))) {
      at++;
      p++;
    } else if (pattern[p] === '*') {
      star = p++;
      retry = at;
    } else if (star >= 0) {
      p = star + 1;
      at = ++retry;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
