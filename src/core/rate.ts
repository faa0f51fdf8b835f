/** How many in which window. */
export interface Rate {
  limit: number;
  windowMs: number;
}

const WINDOWS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A whole number, a slash, a word that begins with s, m, h or d: `3/m`, `100/hour`. */
export const RATE_PATTERN = '^(0|[1-9][0-9]{0,8})/[smhd][a-z]*$';
const RATE = /^(0|[1-9][0-9]{0,8})\/([smhd])[a-z]*$/;

/**
 * Reads `3/m`, `100/hour`: the first letter of the unit counts, as in DRF's `parse_rate`. What DRF would fail on at
 * request time (`3.5/m`, `3/10s`, `3/M`) and its negative rates are undefined here, and refused when the file loads.
 */
export function parseRate(text: string): Rate | undefined {
  const found = RATE.exec(text);
  const windowMs = WINDOWS[found?.[2] ?? ''];
  return found && windowMs ? { limit: Number(found[1]), windowMs } : undefined;
}
