import t from 'tap';
import { LANGUAGES, translated, translatedWithin } from '../../src/core/languages/index.ts';
import { TEXTS } from '../../src/core/languages/texts.ts';
import { Refusal } from '../../src/core/refusal.ts';

t.test('every translation keeps the place of what is filled in, and is another text', async (t) => {
  for (const [tag, texts] of Object.entries(LANGUAGES)) {
    for (const [english, text] of Object.entries(texts)) {
      t.equal(text.split('%s').length, english.split('%s').length, `${tag}: ${english}`);
      t.not(text, english);
    }
  }
});

t.test('every language has all of what REST framework itself says', async (t) => {
  const simplejwt = /^(?:Authorization header|Given token|Token |User not|User is)/;
  const needed = TEXTS.filter((text) => !simplejwt.test(text));
  t.equal(needed.length, 17);
  for (const [tag, texts] of Object.entries(LANGUAGES)) {
    if (tag !== 'en')
      t.same(
        needed.filter((text) => !Object.hasOwn(texts, text)),
        [],
        tag,
      );
  }
});

t.test('what no language knows stays as it is', async (t) => {
  for (const text of ['Bad gateway.', '', 'constructor', '__proto__', 'invalid token.'])
    t.equal(translated(text, LANGUAGES.de), text);
});

t.test('a refusal is told in a language, with what fills it', async (t) => {
  const says = (refusal: Refusal) => JSON.parse(refusal.body(LANGUAGES.de)) as unknown;
  t.same(says(new Refusal('method_not_allowed', '', { fill: 'PUT' })), {
    detail: 'Methode "PUT" nicht erlaubt.',
  });
  t.same(says(new Refusal('throttled', '', { fill: '1 second' })), {
    detail: 'Die Anfrage wurde gedrosselt. Expected available in 1 second.',
  });
  t.same(says(new Refusal('permission_denied', '', { detail: '100 %s for VIPs.', fill: 'x' })), {
    detail: '100 %s for VIPs.',
  });
  t.same(says(new Refusal('method_not_allowed', '', { fill: '$&' })), {
    detail: 'Methode "$&" nicht erlaubt.',
  });
});

t.test('texts inside of a body are told in a language, and words for programs are not', async (t) => {
  const extra = {
    code: 'token_not_valid',
    messages: [{ token_class: 'AccessToken', message: 'Token has no id', count: 1, none: null }],
  };
  t.same(translatedWithin(extra, LANGUAGES.pl), {
    code: 'token_not_valid',
    messages: [
      {
        token_class: 'AccessToken',
        message: 'Token nie posiada numeru identyfikacyjnego',
        count: 1,
        none: null,
      },
    ],
  });
  const refusal = new Refusal('bad_credential', '', { extra });
  t.same(JSON.parse(refusal.body()), { detail: 'Incorrect authentication credentials.', ...extra });
});
