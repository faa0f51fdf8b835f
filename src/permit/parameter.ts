const ENCODED = /%([0-9A-Fa-f]{2})/g;
/** RFC 3986 §2.3: means the same encoded or not, and is not to be encoded. */
const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * The value of a path parameter for comparing, percent-decoded once. Undefined for a spelling that is not in the normal
 * form of RFC 3986 §6.2.2 (`%37` for 7, `%7c` for `%7C`), and for blanks at an end: a backend that decodes less, or
 * trims, would read another value.
 */
export function comparable(raw: string): string | undefined {
  if (!raw.includes('%')) return raw;
  for (const [, hex = ''] of raw.matchAll(ENCODED)) {
    if (hex !== hex.toUpperCase()) return undefined;
    if (UNRESERVED.test(String.fromCharCode(Number.parseInt(hex, 16)))) return undefined;
  }
  const value = decodeURIComponent(raw);
  return value === value.trim() ? value : undefined;
}
