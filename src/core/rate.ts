/** How many in which window. */
export interface Rate {
  limit: number;
  windowMs: number;
}

const WINDOWS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const NAMES: Record<string, string> = { s: 'second', m: 'minute', h: 'hour', d: 'day' };

const RATE = /^(0|[1-9][0-9]{0,8})\/(?:(s)(?:ec|econds?)?|(m)(?:in|inutes?)?|(h)(?:ours?)?|(d)(?:ays?)?)$/;

/** A whole number, a slash and a unit: `3/m`, `100/hour`. */
export const RATE_PATTERN = RATE.source.replaceAll('\\/', '/');

/** Why a text is no rate, where there is more to say than how rates are written. */
export function explainRate(text: string): string | undefined {
  const [, unit = ''] = /^[0-9]+\/([A-Za-z]{1,20})$/.exec(text) ?? [];
  const read = NAMES[unit.charAt(0)];
  if (read === undefined) return undefined;
  return `"${unit}" is no unit of a rate: DRF would read its first letter, as a ${read}. Write s, m, h or d, or second, minute, hour or day`;
}

/**
 * Reads `3/m`, `100/hour`. DRF's `parse_rate` reads the first letter of the unit only: of a month it makes a minute. What
 * is not a word for its unit is undefined here and refused when the file loads, as is what DRF would fail on at
 * request time (`3.5/m`, `3/10s`, `3/M`).
 */
export function parseRate(text: string): Rate | undefined {
  const found = RATE.exec(text);
  const windowMs = WINDOWS[found?.slice(2).find((unit) => unit !== undefined) ?? ''];
  return found && windowMs ? { limit: Number(found[1]), windowMs } : undefined;
}
