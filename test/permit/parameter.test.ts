import fc from 'fast-check';
import t from 'tap';
import { comparable } from '../../src/permit/parameter.ts';

t.test('ids of real issuers have a spelling that can be compared', async (t) => {
  const ids = [
    'auth0|5f7c8ec7c33c6c004bbafe82',
    'f:1c7a4b5e-8d1c-4f0e-9c1b-0a1b2c3d4e5f:ada',
    "o'brien@example.com",
    'Zoë',
    'Ada Lovelace',
    'https://id.example.com/users/7',
    '50%',
    '日本',
  ];
  for (const id of ids) t.equal(comparable(encodeURIComponent(id)), id);
  // As Django's `reverse` and browsers write them.
  for (const id of ids.slice(1, 3)) t.equal(comparable(id), id);
});

t.test('a spelling that need not be is none', async (t) => {
  for (const raw of ['%37', '%61da', 'auth0%7c5f', 'Zo%c3%ab', 'a%2Db', '7%20', '%207', '%C2%A07', '%7E'])
    t.equal(comparable(raw), undefined, raw);
});

t.test('whatever the value, at most one spelling of each character is compared', async (t) => {
  const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  /** Any character of the value encoded or not, in either case. */
  const spelling = value.chain((text) =>
    fc.array(fc.constantFrom('plain', 'upper', 'lower'), { minLength: 20, maxLength: 20 }).map((ways) => ({
      text,
      raw: [...text]
        .map((character, at) => {
          const encoded = [...Buffer.from(character)]
            .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
            .join('');
          const way = ways[at % ways.length];
          if (way === 'plain') return encodeURIComponent(character);
          return way === 'upper' ? encoded.toUpperCase() : encoded;
        })
        .join(''),
    })),
  );
  fc.assert(
    fc.property(spelling, ({ text, raw }) => {
      const read = comparable(raw);
      if (read === undefined) return true;
      // It is the value, and differs from encodeURIComponent at reserved characters only.
      return (
        read === text &&
        raw.replace(/%(?:21|27|28|29|2A)/g, (each) => decodeURIComponent(each)) === encodeURIComponent(text)
      );
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});
