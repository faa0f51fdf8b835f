/** A name or value of a query as HTML forms encode it, decoded; what cannot be decoded stays as it stands. */
export function decodeForm(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
