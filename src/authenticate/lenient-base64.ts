const ALPHABET = /[A-Za-z0-9+/]/;

/**
 * Base64 as Python's `b64decode` reads it: what is not in the alphabet is skipped, what follows the padding is not
 * looked at; undefined where the padding is missing.
 */
export function decodeLenient(text: string): Buffer | undefined {
  let digits = '';
  let pads = 0;
  for (const character of text) {
    const filled = digits.length % 4;
    if (character === '=') {
      if (filled >= 2 && filled + ++pads === 4) return Buffer.from(digits, 'base64');
    } else if (ALPHABET.test(character)) {
      digits += character;
      pads = 0;
    }
  }
  return digits.length % 4 === 0 ? Buffer.from(digits, 'base64') : undefined;
}
