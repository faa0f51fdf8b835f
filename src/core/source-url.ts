/**
 * Reads the URL of something that Postern fetches; an error is a sentence for the operator. User info is refused: nothing
 * here would send it, and it would be a secret in an unexpected place.
 */
export function parseSourceUrl(text: string): URL | string {
  if (!URL.canParse(text)) return 'not a URL';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'a URL must not hold a user name or a password';
  return url;
}

/** A URL as logs show it: its query may hold a key. */
export function shownUrl({ origin, pathname }: URL): string {
  return origin + pathname;
}
