import { ar } from './ar.ts';
import { de } from './de.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import { pl } from './pl.ts';
import { ptBr } from './pt-br.ts';
import { ru } from './ru.ts';
import type { Text, Translations } from './texts.ts';
import { zhHans } from './zh-hans.ts';

export type { Translations } from './texts.ts';

/** The languages in which refusals can be told, by Django's names. A new one is a file beside these and a line here. */
export const LANGUAGES = {
  en: {},
  ar,
  de,
  es,
  fr,
  it,
  ja,
  ko,
  pl,
  'pt-br': ptBr,
  ru,
  'zh-hans': zhHans,
} as const satisfies Readonly<Record<string, Translations>>;

export type LanguageTag = keyof typeof LANGUAGES;

/** A text in a language, or as it is where the language has no other for it. */
export function translated(text: string, language: Translations): string {
  return Object.hasOwn(language, text) ? (language[text as Text] ?? text) : text;
}

/** The same of every text inside a value. */
export function translatedWithin(value: unknown, language: Translations): unknown {
  if (typeof value === 'string') return translated(value, language);
  if (Array.isArray(value)) return value.map((item) => translatedWithin(item, language));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, translatedWithin(item, language)]),
  );
}
