import Type from 'typebox';
import { LANGUAGES, type LanguageTag } from '../core/languages/index.ts';
import type { LanguageOptions } from '../respond/language.ts';

const Tag = Type.Union((Object.keys(LANGUAGES) as LanguageTag[]).map((tag) => Type.Literal(tag)));

/** In which language Postern's own answers are: Django's LANGUAGE_CODE, LocaleMiddleware and LANGUAGES. */
export const languageKeys = {
  language: Type.Optional({
    ...Tag,
    description: "The language of error texts, in Django REST framework's words. Default: en.",
  }),
  languages: Type.Optional(
    Type.Array(Tag, {
      minItems: 1,
      description:
        'Other languages that a client may choose with Accept-Language. Answers then carry Vary and Content-Language. Default: none, the header does not count.',
    }),
  ),
};

/** The language options of a file. */
export function languagesOf(file: {
  language?: LanguageTag;
  languages?: readonly LanguageTag[];
}): LanguageOptions {
  return { fallback: file.language ?? 'en', offered: file.languages ?? [] };
}
