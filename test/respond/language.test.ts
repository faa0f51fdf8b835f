import t from 'tap';
import { LANGUAGES } from '../../src/core/languages/index.ts';
import { chooseLanguage, speaker } from '../../src/respond/language.ts';

const TAGS = ['en', 'de', 'es', 'fr', 'it', 'pt-br', 'zh-hans'] as const;

t.test('the best language that is offered is chosen (RFC 9110 §12.5.4)', async (t) => {
  const cases: [header: string, chosen: string | undefined][] = [
    ['', undefined],
    ['de', 'de'],
    ['DE', 'de'],
    ['de-AT', 'de'],
    ['de-Latn-AT-1996', 'de'],
    ['fr;q=0.5,de', 'de'],
    ['fr;q=0.5, de;q=0.501', 'de'],
    ['it,es', 'it'],
    ['xx,de;q=0.3', 'de'],
    ['de;q=0,fr', 'fr'],
    ['de;q=0', undefined],
    ['  de , fr', 'de'],
    ['de ; q=0.1, fr', 'fr'],
    ['pt', 'pt-br'],
    ['PT-BR', 'pt-br'],
    ['pt-PT', 'pt-br'],
    ['zh', 'zh-hans'],
    ['zh-CN', 'zh-hans'],
    ['zh-TW', undefined],
    ['zh-Hant-HK', undefined],
    ['zh-TW,fr;q=0.5', 'fr'],
    ['en-GB,de', 'en'],
    ['*', undefined],
    ['*,de;q=0.5', undefined],
    ['de,*;q=0.5', 'de'],
    ['xx', undefined],
    ['d', undefined],
  ];
  for (const [header, chosen] of cases) t.equal(chooseLanguage(header, TAGS), chosen, header);
});

t.test('what is malformed asks for nothing', async (t) => {
  for (const header of ['de;q=x', ',,de,,', 'pt_BR', '\xff', 'de;q=2', 'de;q=0.1234', 'de fr', 'de;', ';q=1'])
    t.equal(chooseLanguage(header, TAGS), undefined, header);
  t.equal(chooseLanguage('de,', TAGS), 'de', 'one comma at the end is forgiven, as in Django');
});

t.test('of a long header the first 500 characters are read', async (t) => {
  t.equal(chooseLanguage('de,'.repeat(200), TAGS), 'de');
  t.equal(chooseLanguage(`${'xx,'.repeat(100)}de`, TAGS), 'de');
  t.equal(chooseLanguage(`${'xx,'.repeat(200)}de`, TAGS), undefined);
  t.equal(chooseLanguage('d'.repeat(10_000), TAGS), undefined);
});

t.test('who cannot choose is told no header', async (t) => {
  const speak = speaker({ fallback: 'de', offered: [] });
  t.same(speak('fr'), { translations: LANGUAGES.de, headers: [] });
  t.same(speaker({ fallback: 'en', offered: [] })('de'), { translations: {}, headers: [] });
});

t.test('who can choose is told what was chosen', async (t) => {
  const speak = speaker({ fallback: 'en', offered: ['de', 'pt-br'] });
  const headers = (tag: string) => ['vary', 'Accept-Language', 'content-language', tag];
  t.same(speak('pt'), { translations: LANGUAGES['pt-br'], headers: headers('pt-br') });
  t.same(speak('fr'), { translations: {}, headers: headers('en') });
  t.same(speak(undefined), { translations: {}, headers: headers('en') });
});
