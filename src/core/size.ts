import Type from 'typebox';

const UNITS: Record<string, number> = { B: 1, KB: 1_024, MB: 1_024 ** 2, GB: 1_024 ** 3 };
const SIZE = /^([0-9]{1,9})(B|KB|MB|GB)$/;

/** The schema of a number of bytes; `description` says of what, and its default. */
export function SizeText(description: string) {
  return Type.String({
    description,
    pattern: SIZE.source,
    patternErrorMessage: 'a size is a whole number and B, KB, MB or GB: 512KB, 10MB',
  });
}

/** Bytes of a size such as `512KB` or `1GB` (powers of 1,024); undefined for any other text. */
export function parseSize(text: string): number | undefined {
  const found = SIZE.exec(text);
  const unit = UNITS[found?.[2] ?? ''];
  return found && unit ? Number(found[1]) * unit : undefined;
}
