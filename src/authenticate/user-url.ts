import { parseSourceUrl } from '../core/source-url.ts';
import { isUserId } from './user-id.ts';

/** The URL of a user; undefined for an id that can name none. */
export type UserUrl = (id: string) => URL | undefined;

/** Stands for the id while the template is parsed: no parser changes it, and no URL has it. */
const MARK = 'postern-user-id-mark';

/** A segment that URL parsers, proxies or servers fold away or cut off, when it is decoded once more than it should be. */
const FOLDED = /(?:^|[/\\])\s*\.{0,2}\s*(?:[/\\;?#]|$)/;

/**
 * Reads a URL with `{id}` in its path or query; an error is a sentence for the operator. The id is percent-encoded, so
 * that it stays within its segment or parameter.
 *
 * In a path, `.` and `..` fold even percent-encoded (WHATWG URL: `%2e%2e` is `..`), so these and ids that would become
 * such segments when they are decoded name no user there.
 */
export function compileUserUrl(template: string): UserUrl | string {
  const url = parseSourceUrl(template.replaceAll('{id}', MARK));
  if (typeof url === 'string') return url;
  const inPath = url.pathname.includes(MARK);
  if (url.host.includes(MARK) || !(inPath || url.search.includes(MARK)))
    return 'the URL must have {id} in its path or query';
  url.hash = '';
  const pieces = url.href.split(MARK);
  return (id) => {
    if (!isUserId(id) || (inPath && folds(id))) return undefined;
    const href = pieces.join(percentEncoded(id));
    const made = new URL(href);
    // Whatever a parser would change, it is not the URL that the file names.
    return made.href === href ? made : undefined;
  };
}

function folds(id: string): boolean {
  for (let text = id; ; ) {
    if (FOLDED.test(text.normalize('NFKC'))) return true;
    const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (decoded === text) return false;
    text = decoded;
  }
}

/** RFC 3986 §2.3: all but the unreserved characters. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
