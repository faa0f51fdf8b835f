import Type from 'typebox';

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^([0-9]{1,9})(ms|s|m|h|d)$/;

/** The schema of a duration; `description` says what it is the duration of, and its default. */
export function DurationText(description: string) {
  return Type.String({
    description,
    pattern: DURATION.source,
    patternErrorMessage: 'a duration is a whole number and ms, s, m, h or d: 300ms, 5s, 2m',
  });
}

/** Milliseconds of a duration such as `300ms`, `5s`, `2m`, `1h` or `3d`; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const found = DURATION.exec(text);
  const unit = UNITS[found?.[2] ?? ''];
  return found && unit ? Number(found[1]) * unit : undefined;
}
