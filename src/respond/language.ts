import { LANGUAGES, type LanguageTag, type Translations } from '../core/languages/index.ts';

export interface LanguageOptions {
  /** Where a client asks for none of those offered. */
  fallback: LanguageTag;
  /** Chosen from by Accept-Language; none: everybody reads the fallback. */
  offered: readonly LanguageTag[];
}

/** A language, and the header lines that go with an answer in it. */
export interface Spoken {
  translations: Translations;
  headers: readonly string[];
}

export type Speak = (acceptLanguage: string | undefined) => Spoken;

/** Says in which language Postern's own answers are. Where a client can choose, caches are told (`Vary`). */
export function speaker({ fallback, offered }: LanguageOptions): Speak {
  const fixed: Spoken = { translations: LANGUAGES[fallback], headers: [] };
  if (offered.length === 0) return () => fixed;
  const tags = [...new Set([fallback, ...offered])];
  const spoken = new Map(
    tags.map((tag) => [
      tag,
      {
        translations: LANGUAGES[tag],
        headers: ['vary', 'Accept-Language', 'content-language', tag],
      },
    ]),
  );
  return (acceptLanguage) => spoken.get(chooseLanguage(acceptLanguage ?? '', tags) ?? fallback) ?? fixed;
}

/** What of the header is read, as in Django. */
const LONGEST = 500;
const RANGE = /^(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

/**
 * The language of `tags` that Accept-Language likes best (RFC 9110 §12.5.4); undefined when it names none of them,
 * says "any other" before, or is malformed. `de-AT` is content with `de`, `pt` with `pt-br`, as in Django.
 */
export function chooseLanguage(header: string, tags: readonly LanguageTag[]): LanguageTag | undefined {
  for (const range of rangesOf(header)) {
    if (range === '*') return undefined;
    const found = tagFor(range, tags);
    if (found) return found;
  }
  return undefined;
}

/** The languages that are wanted, best first. */
function rangesOf(header: string): string[] {
  const read = header.length > LONGEST ? header.slice(0, header.lastIndexOf(',', LONGEST) + 1) : header;
  const parts = read
    .toLowerCase()
    .split(',')
    .map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  const ranges: { range: string; quality: number }[] = [];
  for (const part of parts) {
    const [, range, quality = '1'] = RANGE.exec(part) ?? [];
    if (range === undefined) return [];
    if (Number(quality) > 0) ranges.push({ range, quality: Number(quality) });
  }
  return ranges.sort((a, b) => b.quality - a.quality).map(({ range }) => range);
}

/** Traditional characters are another script: whoever reads them is better served with English. */
const TRADITIONAL = /^zh-(?:hant|tw|hk|mo)(?:-|$)/;

function tagFor(range: string, tags: readonly LanguageTag[]): LanguageTag | undefined {
  if (TRADITIONAL.test(range)) return undefined;
  const [primary = ''] = range.split('-', 1);
  return (
    tags.find((tag) => tag === range) ??
    tags.find((tag) => tag === primary) ??
    tags.find((tag) => tag.startsWith(`${primary}-`))
  );
}
