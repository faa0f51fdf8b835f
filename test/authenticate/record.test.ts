import t from 'tap';
import { parseRecord } from '../../src/authenticate/record.ts';
import { UnreadableRecord } from '../../src/core/user.ts';

t.test('a bare id is that of any issuer, as it is or as JSON text', async (t) => {
  const ids: [stored: string, id: string][] = [
    ['7', '7'],
    ['auth0|5f7c', 'auth0|5f7c'],
    ['f:1c7a:ada', 'f:1c7a:ada'],
    ['Zoë', 'Zoë'],
    ['"Ada Lovelace"', 'Ada Lovelace'],
    ['"Zo\\u00eb"', 'Zoë'],
    [' 7\r\n', '7'],
  ];
  for (const [stored, id] of ids) t.same(parseRecord(Buffer.from(stored.trim())), { id }, stored);
});

t.test('what may be anything else is no id', async (t) => {
  const texts = [
    'null',
    'true',
    'None',
    'Ada Lovelace',
    '"open',
    '""',
    '"a\\u0000b"',
    '"\\ud800"',
    '[7]',
    '"7" 8',
  ];
  for (const text of texts) t.throws(() => parseRecord(Buffer.from(text, 'latin1')), UnreadableRecord, text);
});
